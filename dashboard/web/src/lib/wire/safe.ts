/** How the record is kept. */

export interface SafeView {
  simulated: boolean;
  plain: boolean;
  /** Whether there is one; where there is none the computer's keyring opens the record. */
  passphrase: boolean;
  recovery: boolean;
  /** The newest first. */
  backups: { made_utc: string; bytes: number; name: string }[];
  /** One is being made. */
  working: boolean;
  /** Why the last one failed, or nothing. */
  why: string;
}
