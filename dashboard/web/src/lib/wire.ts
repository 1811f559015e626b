/** The words of the wire between server and page; the Python side has the same in `dashboard/wire.py`. */

export * from "./wire/basics";
export * from "./wire/person";
export * from "./wire/phone";
export * from "./wire/strap";
export * from "./wire/practice";
export * from "./wire/session";
export * from "./wire/live";
export * from "./wire/review";
export * from "./wire/reports";
export * from "./wire/note-draft";
export * from "./wire/ladder";
export * from "./wire/forms";
export * from "./wire/progress";
export * from "./wire/reading";
export * from "./wire/share";
export * from "./wire/safe";
export * from "./wire/clinic";
