// In the audio thread: what waits to be played, so that it is known what really was. The context runs at the rate of
// what comes, 24 kHz, so that a sample here is a sample of the session.

const TELL_EVERY = sampleRate / 10;

registerProcessor('playout', class extends AudioWorkletProcessor {
  #waiting = []; // { item, samples, at }, in order; at: how much of samples was played
  #played = new Map(); // item → samples of it that were played
  #sinceTold = 0;
  #power = 0;
  #was = false; // whether something was played in the last quantum

  constructor() {
    super();
    this.port.onmessage = ({ data }) => (data.clear ? this.#clear(data.item) : this.#waiting.push({ ...data, at: 0 }));
  }

  process(_, [[output]]) {
    let filled = 0;
    while (filled < output.length && this.#waiting.length) {
      const first = this.#waiting[0];
      const part = first.samples.subarray(first.at, first.at + output.length - filled);
      output.set(part, filled);
      filled += part.length;
      first.at += part.length;
      this.#played.set(first.item, (this.#played.get(first.item) ?? 0) + part.length);
      if (first.at === first.samples.length) this.#waiting.shift();
    }
    for (const sample of output) this.#power += sample * sample;
    this.#sinceTold += output.length;
    const plays = filled > 0;
    if (plays !== this.#was || (plays && this.#sinceTold >= TELL_EVERY)) this.#tell(plays);
    this.#was = plays;
    return true;
  }

  #tell(plays) {
    const level = plays ? Math.sqrt(this.#power / Math.max(1, this.#sinceTold)) : 0;
    this.port.postMessage({ plays, level, played: this.#inMs() });
    this.#sinceTold = this.#power = 0;
    const last = [...this.#played.keys()].at(-1);
    for (const item of this.#played.keys()) if (item !== last) this.#played.delete(item);
  }

  #clear(unfinished) {
    const left = new Set(this.#waiting.map(({ item }) => item));
    if (unfinished) left.add(unfinished);
    this.#waiting = [];
    const cut = [...left].map((item) => [item, ((this.#played.get(item) ?? 0) / sampleRate) * 1000]);
    this.port.postMessage({ plays: false, level: 0, played: this.#inMs(), cut });
    this.#was = false;
    this.#sinceTold = this.#power = 0;
  }

  #inMs() {
    return [...this.#played].map(([item, samples]) => [item, (samples / sampleRate) * 1000]);
  }
});
