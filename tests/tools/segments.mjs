// Counts segments with Twilio's own calculator: a JSON list of texts on stdin, a JSON list of
// [encoding, segments] on stdout.
import { readFileSync } from "node:fs";
import calculator from "sms-segments-calculator";

const texts = JSON.parse(readFileSync(0, "utf8"));
const counted = texts.map((text) => {
  const message = new calculator.SegmentedMessage(text);
  return [message.encodingName, message.segmentsCount];
});
process.stdout.write(JSON.stringify(counted));
