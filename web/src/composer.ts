// Where the person writes, and chooses on what terms a debate begins.
import { client, patience } from "./api.ts";
import { byId, element } from "./element.ts";
import { type Conversation, Stance } from "./gen/debate/v1/debate_pb.ts";
import { showFormat } from "./formats.ts";
import { type Outgoing, draft } from "./session.ts";
import { words } from "./words.ts";

// maxCharacters is the longest message that the service takes.
const maxCharacters = 8000;

// countedFrom is where the length is shown.
const countedFrom = 7000;

// readAfter is how long nothing is typed before the service is asked what would be
// debated, and readEvery how long lies between two such questions.
const readAfter = 500;
const readEvery = 1500;

export class Composer {
  private readonly message = byId("message", HTMLTextAreaElement);
  private readonly excess = byId("excess", HTMLElement);
  private readonly count = byId("count", HTMLElement);
  private readonly terms = byId("terms", HTMLElement);
  private readonly chosen = byId("chosen", HTMLElement);
  private readonly reading = byId("reading", HTMLElement);
  private readonly role = byId("role", HTMLSelectElement);
  private readonly side = byId("side", HTMLSelectElement);
  private readonly difficulty = byId("difficulty", HTMLSelectElement);
  private readonly persona = byId("persona", HTMLInputElement);
  private readonly format = byId("format", HTMLSelectElement);
  private readonly before = byId("before", HTMLSelectElement);

  // id is the debate that is open, "" for one that has not begun.
  private id = "";
  private conversation: Conversation | undefined;
  private topic = "";
  // sideChosen says that the person chose the side, and not what they wrote.
  private sideChosen = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked: AbortController | undefined;
  private lastRead = 0;
  private builtIn = true; // until it is known
  private visited = false;
  // editing is the number of the turn that is said differently, 0 for none.
  editing = 0;

  // refresh has the page show again what belongs to the debate that is open.
  constructor(private readonly refresh: () => void) {
    this.message.addEventListener("input", () => this.write(this.message.value));
    for (const select of [this.role, this.side]) {
      select.addEventListener("change", () => {
        if (select === this.side) this.sideChosen = true;
        this.readSoon(0);
      });
    }
    this.format.addEventListener("change", () => this.show(this.conversation));
  }

  get text(): string {
    return this.message.value.trim();
  }

  get fits(): boolean {
    return this.excess.hidden === true;
  }

  // met says who replies; the built-in opponent speaks as itself only.
  met(opponent: string): void {
    this.builtIn = opponent === "offline";
    this.refresh();
  }

  // visit takes up what was written for a debate; the choices are those of one.
  visit(id: string): void {
    // What was typed before the page was ready stays, after what was written earlier.
    const typed = this.visited ? "" : this.message.value;
    const kept = draft.read(id);
    this.visited = true;
    this.id = id;
    this.reset();
    this.write([kept, typed === kept ? "" : typed].filter((text) => text !== "").join("\n"));
  }

  // arrived says that the debate that was begun here has an id: what was written
  // meanwhile goes along.
  arrived(id: string): void {
    if (this.id === id) return;
    draft.write(this.id, "");
    this.id = id;
    draft.write(id, this.message.value);
    this.reset();
  }

  // edit has what is written take the place of what was said in a turn.
  edit(turn: number): void {
    this.editing = turn;
    const box = byId("editing", HTMLElement);
    box.hidden = turn === 0;
    const drop = element("button", { type: "button", className: "quiet", ariaLabel: words.cancel }, "✕");
    drop.addEventListener("click", () => {
      this.edit(0);
      this.write("");
      this.message.focus();
      this.refresh();
    });
    box.replaceChildren(element("span", {}, words.editing(turn)), drop);
  }

  private reset(): void {
    this.edit(0);
    this.role.value = "1";
    this.difficulty.value = "2";
    this.persona.value = "";
    this.before.value = "";
    this.format.value = "open";
    this.choose("");
  }

  // show puts on the page what belongs to a conversation, or to none.
  show(conversation: Conversation | undefined, waiting = false): void {
    this.conversation = conversation;
    const begun = conversation !== undefined || waiting;
    const open = !waiting && (conversation?.topic ?? "") === "";
    if (!open) this.choose("", true);
    this.terms.hidden = !open;
    this.chosen.hidden = this.topic === "";
    byId("role-choice", HTMLElement).hidden = this.topic !== "";
    byId("side-choice", HTMLElement).hidden = this.topic === "";
    byId("difficulty-choice", HTMLElement).hidden = begun;
    byId("persona-choice", HTMLElement).hidden = begun || this.builtIn;
    byId("format-choice", HTMLElement).hidden = begun;
    const asksOpinion = !begun && showFormat(this.format.value, byId("about-format", HTMLElement));
    byId("before-choice", HTMLElement).hidden = !asksOpinion;
    this.message.placeholder = this.topic !== "" ? words.makeYourCase : begun ? words.yourAnswer : words.stateAView;
    if (!open) this.tellReading("");
  }

  // choose takes up a motion, or drops it.
  choose(motion: string, quietly = false): void {
    if (motion === "" && this.topic === "" && quietly) return;
    this.topic = motion;
    this.side.value = "for";
    this.sideChosen = false;
    const drop = element("button", { type: "button", className: "quiet", ariaLabel: words.chooseNone }, "✕");
    drop.addEventListener("click", () => {
      this.choose("");
      this.message.focus();
    });
    this.chosen.replaceChildren(element("span", {}, element("b", {}, `${words.motion} `), element("bdi", {}, motion)), drop);
    if (quietly) return;
    this.show(this.conversation);
    this.readSoon(0);
  }

  // write puts a text where the next message is written.
  write(text: string): void {
    if (this.message.value !== text) this.message.value = text;
    draft.write(this.id, text);
    if (text === "" && !this.sideChosen) this.side.value = "for";
    this.measure();
    this.readSoon(readAfter);
  }

  // measure says how long the message is, in characters as the service counts them,
  // once that matters. It is not cut: who pastes wants all of it.
  private measure(): void {
    const text = this.text;
    const characters = text.length < countedFrom ? 0 : [...text].length;
    this.count.hidden = characters < countedFrom;
    this.count.textContent = this.count.hidden ? "" : words.count(characters, maxCharacters);
    this.excess.hidden = characters <= maxCharacters;
    this.excess.textContent = this.excess.hidden ? "" : words.tooLong(characters - maxCharacters);
  }

  // compose is what would be sent, if there is anything to send.
  compose(): Outgoing | undefined {
    const open = this.conversation;
    const begins = open === undefined || open.topic === "";
    const topic = begins ? this.topic : "";
    let message = this.text;
    if (message === "" && topic !== "") message = this.side.value === "against" ? "I disagree." : topic;
    if (message === "") return undefined;
    // What is said tells the side, unless the person chose it or says nothing.
    const said = topic === "" || (!this.sideChosen && this.text !== "");
    return {
      arrivedIn: "",
      requestId: "",
      conversationId: open?.id ?? "",
      message,
      topic,
      stance: said ? Stance.UNSPECIFIED : this.side.value === "for" ? Stance.CON : Stance.PRO,
      role: begins && topic === "" ? Number(this.role.value) : 0,
      difficulty: open === undefined ? Number(this.difficulty.value) : 0,
      persona: open === undefined && !this.builtIn ? this.persona.value.trim() : "",
      format: open === undefined && this.format.value !== "open" ? this.format.value : "",
      agreement: byId("before-choice", HTMLElement).hidden ? "" : this.before.value,
    };
  }

  // sent forgets the question what would be debated.
  sent(): void {
    this.write("");
    clearTimeout(this.timer);
    this.asked?.abort();
    this.tellReading("");
  }

  // giveBack puts a message that was not taken where it was written.
  giveBack(out: Outgoing): void {
    this.write(this.message.value === "" ? out.message : `${out.message}\n${this.message.value}`);
    if (out.topic !== "") {
      this.choose(out.topic);
      if (out.stance !== 0) {
        this.side.value = out.stance === Stance.CON ? "for" : "against";
        this.sideChosen = true;
      }
    }
    if (out.role !== 0) this.role.value = String(out.role);
    if (out.difficulty !== 0) this.difficulty.value = String(out.difficulty);
    if (out.persona !== "") this.persona.value = out.persona;
    if (out.format !== "") this.format.value = out.format;
    this.before.value = out.agreement;
    this.show(this.conversation);
    clearTimeout(this.timer); // the service has just said what it makes of it
  }

  private readSoon(after: number): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    // What was chosen anew, or taken back, makes what was read untrue at once.
    if (after === 0 || this.compose() === undefined) this.tellReading("");
    const ask = (): void => void this.read();
    this.timer = setTimeout(ask, Math.max(after, this.lastRead + readEvery - Date.now()));
  }

  // read has the service say what would be debated, and on which sides. It is of no
  // consequence if it cannot.
  private async read(): Promise<void> {
    const out = this.compose();
    if (this.terms.hidden || out === undefined || !this.fits) {
      this.tellReading("");
      return;
    }
    this.lastRead = Date.now();
    this.asked = new AbortController();
    const { signal } = this.asked;
    try {
      const { topic, stance, settled } = await client.readClaim(
        { message: out.message, topic: out.topic, stance: out.stance, role: out.role }, { ...patience, signal });
      if (signal.aborted || this.terms.hidden) return;
      if (topic === "" || stance === Stance.UNSPECIFIED) {
        this.tellReading("");
        return;
      }
      const [you, bot] = stance === Stance.CON ? [words.for, words.against] : [words.against, words.for];
      if (out.topic !== "" && !this.sideChosen) this.side.value = stance === Stance.CON ? "for" : "against";
      this.tellReading(...words.reads(topic.replace(/\.$/, ""), you, bot), settled ? "" : words.maybe);
    } catch {
      if (!signal.aborted) this.tellReading("");
    }
  }

  private tellReading(...sentences: string[]): void {
    this.reading.replaceChildren(...sentences.filter((s) => s !== "").flatMap((s) => [element("bdi", {}, s), " "]));
    this.reading.hidden = this.reading.childElementCount === 0;
  }
}
