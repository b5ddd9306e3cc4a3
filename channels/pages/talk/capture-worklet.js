// In the audio thread: what the microphone brings, at 24 kHz and in pieces of 40 ms, with how loud they are.

import { Resampler } from './resampler.js';

const RATE = 24_000;
const PIECE = RATE / 25;

registerProcessor('capture', class extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate, RATE);
  #piece = new Float32Array(PIECE);
  #filled = 0;

  process([input]) {
    if (!input.length) return true; // nothing is connected
    const mono = input[0].slice();
    for (const channel of input.slice(1)) channel.forEach((sample, i) => { mono[i] += sample; });
    if (input.length > 1) mono.forEach((sample, i) => { mono[i] = sample / input.length; });
    for (const sample of this.#resampler.process(mono)) {
      this.#piece[this.#filled++] = sample;
      if (this.#filled === PIECE) this.#send();
    }
    return true;
  }

  #send() {
    const power = this.#piece.reduce((sum, sample) => sum + sample * sample, 0) / PIECE;
    this.port.postMessage({ samples: this.#piece, level: Math.sqrt(power) }, [this.#piece.buffer]);
    this.#piece = new Float32Array(PIECE);
    this.#filled = 0;
  }
});
