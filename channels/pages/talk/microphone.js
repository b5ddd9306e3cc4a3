// The caller's microphone, with the echo cancellation of the browser.

/** Why there is no microphone, as the key of the sentence that says what to do. */
export class NoMicrophone extends Error {}

export class Microphone {
  #context;
  #stream = null;
  #source = null;
  #capture;
  #muted = false;

  /** Called when it is unplugged. */
  onlost = () => {};

  /**
   * Ask for it. Must be called while the browser counts what the person does as consent: in a click.
   * @param {string} device which; "" takes the usual one
   * @param {(samples: Float32Array, level: number) => void} heard told of every 40 ms, at 24 kHz
   * @throws {NoMicrophone}
   */
  static async open(device, heard) {
    if (!window.isSecureContext || !navigator.mediaDevices) throw new NoMicrophone('page_insecure');
    const microphone = new Microphone();
    const stream = await microphone.#ask(device);
    microphone.#context = new AudioContext({ latencyHint: 'interactive' });
    await microphone.#context.audioWorklet.addModule(new URL('capture-worklet.js', import.meta.url));
    microphone.#capture = new AudioWorkletNode(microphone.#context, 'capture', { numberOfOutputs: 0 });
    microphone.#capture.port.onmessage = ({ data }) => heard(data.samples, data.level);
    microphone.#connect(stream);
    await microphone.#context.resume();
    return microphone;
  }

  /** Hear another one, with the conversation going on. @throws {NoMicrophone} */
  async change(device) {
    this.#connect(await this.#ask(device));
  }

  get muted() {
    return this.#muted;
  }

  set muted(muted) {
    this.#muted = muted;
    for (const track of this.#stream?.getTracks() ?? []) track.enabled = !muted;
  }

  close() {
    this.#letGo();
    this.#context.close();
  }

  async #ask(deviceId) {
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    try {
      return await navigator.mediaDevices.getUserMedia({
        audio: deviceId ? { ...wanted, deviceId: { exact: deviceId } } : wanted,
      });
    } catch (error) {
      const keys = {
        NotAllowedError: 'page_refused',
        SecurityError: 'page_refused',
        NotFoundError: 'page_no_microphone',
        OverconstrainedError: 'page_no_microphone',
      };
      throw new NoMicrophone(keys[error.name] ?? 'page_microphone_busy');
    }
  }

  #connect(stream) {
    this.#letGo();
    this.#stream = stream;
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#source.connect(this.#capture);
    this.muted = this.#muted;
    stream.getAudioTracks()[0].addEventListener('ended', () => this.onlost());
  }

  #letGo() {
    this.#source?.disconnect();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
  }
}
