// Sound from the microphone or a file, made into 8 kHz 16-bit mono WAV in the browser.

const RATE = 8000;
let running = null;

export async function startRecording() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const pieces = [];
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.start();
  running = { stream, recorder, pieces };
}

export function isRecording() {
  return running !== null;
}

// Ends the recording; resolves to base64 WAV.
export async function stopRecording() {
  const { stream, recorder, pieces } = running;
  const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.stop();
  await ended;
  stream.getTracks().forEach((track) => track.stop());
  running = null;
  return toWav(await new Blob(pieces, { type: recorder.mimeType }).arrayBuffer());
}

export function dropRecording() {
  if (!running) return;
  running.recorder.stop();
  running.stream.getTracks().forEach((track) => track.stop());
  running = null;
}

// Any sound that the browser can decode, as base64 WAV.
export async function toWav(encoded) {
  const decoder = new AudioContext();
  const sound = await decoder.decodeAudioData(encoded);
  await decoder.close();
  const length = Math.max(Math.ceil(sound.duration * RATE), 1);
  const mixer = new OfflineAudioContext(1, length, RATE);
  const source = mixer.createBufferSource();
  source.buffer = sound;
  source.connect(mixer.destination);
  source.start();
  const rendered = await mixer.startRendering();
  return base64(wavOf(rendered.getChannelData(0)));
}

function wavOf(samples) {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, value) => [...value].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, place) => {
    view.setInt16(44 + 2 * place, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
  });
  return new Uint8Array(view.buffer);
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}
