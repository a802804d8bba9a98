// A virtual user: runs one iteration at a time, until its signal ends it.
import { DEFAULT_STATUSES, apiOf } from './api.mjs';
import { Client } from './client.mjs';

export class User {
  isLoading = true;
  iteration = -1;

  constructor(id, script, recorder, scenario = '') {
    this.id = id;
    this.recorder = recorder;
    this.tags = scenario ? { scenario } : {};
    this.abort = new AbortController();
    this.signal = this.abort.signal;
    this.client = new Client(this.signal, (response, params, method) => {
      const expected = (params.responseCallback ?? DEFAULT_STATUSES)(response.status);
      recorder.request(response, !expected, {
        name: response.url,
        method,
        status: response.status,
        ...this.tags,
        ...params.tags,
      });
    });
    this.exports = script.load(apiOf(this), id);
    this.isLoading = false;
  }

  /** Sees `data` as its own copy. */
  async iterate(name, data) {
    const work = this.exports[name];
    this.iteration++;
    const begun = performance.now();
    try {
      await work(data);
    } catch (error) {
      if (this.signal.aborted) return; // interrupted: no iteration
      this.recorder.error(error);
    }
    this.recorder.iteration(performance.now() - begun, this.tags);
  }

  end() {
    this.abort.abort();
    this.client.close();
  }
}
