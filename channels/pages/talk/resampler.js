// Another rate for sound that comes piece by piece: a windowed sinc, 16 zero crossings to each side.

const CROSSINGS = 16;

export class Resampler {
  #from;
  #to;
  #phases; // a filter for each place between two samples that an output sample can have
  #half;
  #waiting;
  #next; // of the output, in 1/to of an input sample, from the beginning of what waits

  /** Rates in samples per second, whole numbers. */
  constructor(from, to) {
    const divisor = gcd(from, to);
    this.#from = from / divisor;
    this.#to = to / divisor;
    const cutoff = Math.min(1, to / from);
    this.#half = Math.ceil(CROSSINGS / cutoff);
    this.#phases = Array.from({ length: this.#to }, (_, phase) => this.#filter(phase / this.#to, cutoff));
    this.#waiting = new Float32Array(this.#half - 1);
    this.#next = (this.#half - 1) * this.#to;
  }

  /** @param {Float32Array} samples @returns {Float32Array} what can be made of them already */
  process(samples) {
    if (this.#from === this.#to) return samples;
    const input = new Float32Array(this.#waiting.length + samples.length);
    input.set(this.#waiting);
    input.set(samples, this.#waiting.length);
    const output = [];
    for (;;) {
      const at = Math.floor(this.#next / this.#to);
      const first = at - this.#half + 1;
      if (at + this.#half >= input.length) break;
      const filter = this.#phases[this.#next % this.#to];
      let sum = 0;
      for (let i = 0; i < filter.length; i++) sum += filter[i] * input[first + i];
      output.push(sum);
      this.#next += this.#from;
    }
    const used = Math.max(0, Math.min(input.length, Math.floor(this.#next / this.#to) - this.#half + 1));
    this.#waiting = input.slice(used);
    this.#next -= used * this.#to;
    return Float32Array.from(output);
  }

  #filter(offset, cutoff) {
    const filter = new Float32Array(2 * this.#half);
    let sum = 0;
    for (let i = 0; i < filter.length; i++) {
      const t = i - this.#half + 1 - offset;
      const window = Math.abs(t) < this.#half ? Math.cos((Math.PI * t) / (2 * this.#half)) ** 2 : 0;
      filter[i] = cutoff * sinc(cutoff * t) * window;
      sum += filter[i];
    }
    return filter.map((value) => value / sum); // no phase is louder than another
  }
}

function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function gcd(a, b) {
  return b ? gcd(b, a % b) : a;
}
