// What the page remembers: of its tab, and, for drafts and settings, of the browser.

class Remembered {
  private memory: string | null = null;
  constructor(private readonly name: string, private readonly storage: () => Storage = () => sessionStorage) {}

  read(): string | null {
    try {
      return this.storage().getItem(this.name);
    } catch {
      return this.memory; // storage can be forbidden
    }
  }

  write(value: string | null): void {
    this.memory = value;
    try {
      if (value === null) this.storage().removeItem(this.name);
      else this.storage().setItem(this.name, value);
    } catch {
      // memory has it
    }
  }
}

// key is the API key that the person gave. It is never part of an address.
export const key = new Remembered("debate.key");

// settings are what was chosen for this browser; early.js reads them too.
export const settings = {
  theme: new Remembered("debate.theme", () => localStorage),
  size: new Remembered("debate.size", () => localStorage),
  language: new Remembered("debate.language", () => localStorage),
  enter: new Remembered("debate.enter", () => localStorage),
};

// Outgoing is a message whose reply is not over.
export interface Outgoing {
  // arrivedIn is the conversation that the service has put it in, once it said so.
  arrivedIn: string;
  requestId: string;
  conversationId: string;
  message: string;
  topic: string;
  stance: number;
  role: number;
  difficulty: number;
  persona: string;
  format: string;
  // agreement is how far the person agrees before the debate, "" if they did not say.
  agreement: string;
}

const kept = new Remembered("debate.outgoing");

// outgoing outlives a reload, so that a message whose fate is unknown is sent
// again under its own request id.
export const outgoing = {
  read(): Outgoing | null {
    const text = kept.read();
    return text === null ? null : (JSON.parse(text) as Outgoing);
  },
  write(value: Outgoing | null): void {
    kept.write(value === null ? null : JSON.stringify(value));
  },
};

// drafts outlive the tab, and a crash of the browser.
const drafts = new Remembered("debate.drafts", () => localStorage);

function readDrafts(): Record<string, string> {
  return JSON.parse(drafts.read() ?? "{}") as Record<string, string>;
}

// draft is what is being written in each debate; "" is the one not yet begun.
export const draft = {
  read: (id: string): string => readDrafts()[id] ?? "",
  write(id: string, text: string): void {
    const all = readDrafts();
    delete all[id];
    if (text !== "") all[id] = text;
    drafts.write(Object.keys(all).length === 0 ? null : JSON.stringify(all));
  },
  forgetAll: (): void => drafts.write(null),
};

// newRequestId works on plain http too, where crypto.randomUUID is missing.
export function newRequestId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}
