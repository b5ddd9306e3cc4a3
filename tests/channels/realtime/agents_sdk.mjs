// A caller on npm's @openai/agents-realtime, as it comes: asks, hears, interrupts, asks on. What it has heard and what
// it keeps of the conversation is written to standard output as JSON.
//
// node agents_sdk.mjs FOLDER_OF_NODE_MODULES URL KEY FIRST_QUESTION.pcm SECOND_QUESTION.pcm
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, url, apiKey, ...questions] = process.argv.slice(2);
const sdk = pathToFileURL(join(modules, '@openai', 'agents-realtime', 'dist', 'index.mjs')).href;
const { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } = await import(sdk);

const FRAME = 960; // bytes: 20 ms of pcm16 at 24 kHz
const spoken = [];
const silence = Buffer.alloc(FRAME);
const seen = { interruptions: 0, sound_ms: 0, errors: [], events: {} };
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (true_) => { while (!true_()) await wait(20); };

const transport = new OpenAIRealtimeWebSocket({ url });
const session = new RealtimeSession(new RealtimeAgent({ name: 'caller' }), { transport });
session.on('audio', ({ data }) => { seen.sound_ms += data.byteLength / 48; });
session.on('audio_interrupted', () => { seen.interruptions += 1; });
session.on('error', (error) => { seen.errors.push(error); });
session.transport.on('*', ({ type }) => { seen.events[type] = (seen.events[type] ?? 0) + 1; });
await session.connect({ apiKey });

let recording = true;
const microphone = (async () => {
  let due = Date.now();
  while (recording) {
    const frame = spoken.shift() ?? silence;
    session.sendAudio(frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.byteLength));
    due += 20;
    await wait(Math.max(0, due - Date.now()));
  }
})();
const say = (file) => {
  const sound = readFileSync(file);
  for (let at = 0; at + FRAME <= sound.length; at += FRAME) spoken.push(sound.subarray(at, at + FRAME));
};
const heard = (count) => seen.events['conversation.item.input_audio_transcription.completed'] >= count;
const done = () => seen.events['response.done'] ?? 0;

await until(() => done() > 0); // the greeting
say(questions[0]);
await until(() => heard(1));
const before = seen.sound_ms;
await until(() => seen.sound_ms > before + 2500);
say(questions[1]); // into the answer
await until(() => heard(2));
const answered = done();
await until(() => done() > answered);
recording = false;
await microphone;
await wait(500);
session.close();
const words = (item) => item.content?.[0]?.transcript ?? null;
const history = session.history.map((item) => [item.role, item.status, words(item)]);
console.log(JSON.stringify({ ...seen, history }));
