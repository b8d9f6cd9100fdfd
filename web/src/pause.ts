// What is imported after this runs in a task of its own.
import { breathe } from "./breath.ts";

await breathe();
