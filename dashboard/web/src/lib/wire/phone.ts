/** A phone in the same house. */

export interface PairedPhone {
  id: string;
  name: string;
  /** Days, as ISO dates. */
  added: string;
  seen: string;
}

/** At the computer. */
export interface PhoneView {
  state: "off" | "on" | "elsewhere" | "trouble";
  asks: "passphrase" | "choose" | "nothing" | "plain" | "locked";
  addresses: string[];
  phones: PairedPhone[];
  /** While it is on. */
  address?: string;
  fingerprint?: string;
}

/** On a paired phone. */
export interface PairedAs {
  paired_as: string;
}

export interface PhoneCode {
  address: string;
  code: string;
  /** A picture of the address, as a data: address of its own. */
  qr: string;
}
