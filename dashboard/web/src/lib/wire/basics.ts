/** Words that several areas share. */

export type Support = "regulate" | "delay" | "ask" | "observe";
export type Presence = "here" | "far_away" | "numb";
export type Phase = "plan" | "baseline" | "apart" | "back" | "debrief" | "closed";
export type HeartState = "unknown" | "settling" | "near_baseline" | "rising" | "activated" | "recovering";
export type Movement = "still" | "moving" | "unverified";
export type UrgeKind = "text" | "call" | "check" | "reassurance";
export type Answer = "distress" | "other";
export type Reply = "take" | "not_now" | "snooze";
export type MarkKind = "baseline" | "apart" | "back" | "time_over" | "too_much" | "note";
export type AgeBand = "adult" | "13_17" | "under_13";
