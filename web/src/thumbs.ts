// What the person thinks of a reply: a thumb up or down.
import { client, keyed, patience } from "./api.ts";
import { element } from "./element.ts";
import { Rating, type Turn, TurnKind, TurnState } from "./gen/debate/v1/debate_pb.ts";
import { complain } from "./notice.ts";
import { words } from "./words.ts";

export class Thumbs {
  readonly box = element("span", { className: "thumbs" });
  private readonly thumbs = [thumb(Rating.GOOD, words.good), thumb(Rating.BAD, words.bad)];
  private turn: Turn | undefined;

  constructor() {
    for (const { button, rating } of this.thumbs) button.addEventListener("click", () => void this.rate(rating));
    this.box.append(...this.thumbs.map(({ button }) => button));
  }

  // show is of a reply of a turn, as one of its attempts left it. None stand below one
  // that is not whole, or that cares.
  show(turn: Turn): Thumbs {
    this.turn = turn;
    this.box.hidden = turn.state !== TurnState.COMPLETED || turn.kind === TurnKind.CARE;
    for (const { button, rating } of this.thumbs) button.ariaPressed = String(turn.rating === rating);
    return this;
  }

  // rate keeps a rating; the same again takes it back.
  private async rate(chosen: Rating): Promise<void> {
    const turn = this.turn;
    if (turn === undefined) return;
    const before = turn.rating;
    turn.rating = before === chosen ? Rating.UNSPECIFIED : chosen;
    this.show(turn);
    try {
      await keyed(() => client.rateTurn({ turnId: turn.id, attempt: turn.attempt, rating: turn.rating }, patience));
    } catch (error) {
      turn.rating = before;
      if (this.turn === turn) this.show(turn);
      complain(error);
    }
  }
}

function thumb(rating: Rating, name: string): { button: HTMLButtonElement; rating: Rating } {
  const button = element("button", { type: "button", className: "quiet", ariaLabel: name, title: name });
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M2 10h4v11H2zM8.5 10l4-7.5A2.2 2.2 0 0 1 15 5l-.7 4h5.2a2 2 0 0 1 2 2.4l-1.5 7.6a2.4 2.4 0 0 1-2.4 2H8.5z");
  if (rating === Rating.BAD) path.setAttribute("transform", "rotate(180 12 12)");
  drawing.append(path);
  button.append(drawing);
  return { button, rating };
}
