// What is heard of the answers. The queue is in the audio thread, which knows what was played.

const RATE = 24_000;

export class Loudspeaker {
  #context;
  #node;
  #cleared = new Set(); // items of which what comes late is not played any more

  /** Told of what is played: `plays`, whether something is; `level`, how loud; `played`, of each item how many ms. */
  onprogress = (_) => {};

  /** Told after a clear how much was played of each item that was cut, in ms. */
  oncut = (_item, _ms) => {};

  /** Must be called while the browser counts what the person does as consent: in a click. */
  static async open(device) {
    const loudspeaker = new Loudspeaker();
    loudspeaker.#context = new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
    await loudspeaker.#context.audioWorklet.addModule(new URL('playout-worklet.js', import.meta.url));
    loudspeaker.#node = new AudioWorkletNode(loudspeaker.#context, 'playout', {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    loudspeaker.#node.port.onmessage = ({ data }) => {
      loudspeaker.onprogress(data);
      for (const [item, ms] of data.cut ?? []) loudspeaker.oncut(item, ms);
    };
    loudspeaker.#node.connect(loudspeaker.#context.destination);
    await loudspeaker.#context.resume();
    if (device) await loudspeaker.change(device).catch(() => {}); // it is gone: the usual one is heard
    return loudspeaker;
  }

  /** Whether this browser lets pages choose. */
  static get choosable() {
    return 'setSinkId' in AudioContext.prototype;
  }

  async change(device) {
    if (Loudspeaker.choosable) await this.#context.setSinkId(device);
  }

  /** @param {string} item what it belongs to @param {Float32Array} samples at 24 kHz */
  play(item, samples) {
    if (!this.#cleared.has(item)) this.#node.port.postMessage({ item, samples }, [samples.buffer]);
  }

  /** Drop what was not played yet; `oncut` follows. @param {string | null} item of which more was to come */
  clear(item) {
    if (item) this.#cleared.add(item);
    this.#node.port.postMessage({ clear: true, item });
  }

  close() {
    this.#context.close();
  }
}
