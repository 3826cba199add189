#!/usr/bin/env bash
# Twilio's OpenAPI description of its API, out of the package in which Twilio publishes it (MIT). The
# package alone is fetched: installed, it would bring 220 others that nobody here needs.
set -euo pipefail
cd "$(dirname "$0")"

package=@twilio/cli-core@9.0.0
sha512=14f1e6e605c0530336a004e6422dc01983c5cf852b8391b9fef0e4a54bb95aa36ec2e790692f771f05e3757d4e33e9a2baad0b32299d7db5c34cb129e0db237e
described=package/src/services/twilio-api/twilio_api_v2010.json
folder=node_modules/.twilio

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
packed=$(npm pack "$package" --pack-destination "$scratch" --loglevel=error)
echo "$sha512  $scratch/$packed" | sha512sum --check --quiet
tar -xzf "$scratch/$packed" -C "$scratch" "$described"
mkdir -p "$folder"
mv "$scratch/$described" "$folder/"
