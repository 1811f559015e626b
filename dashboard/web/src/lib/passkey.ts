/** Owner of navigator.credentials: a passkey is made, or shown. Null: the person left it, or there is none. */

import type { PasskeyWish } from "./desk";

interface Credentials {
  create(options: CredentialCreationOptions): Promise<Credential | null>;
  get(options: CredentialRequestOptions): Promise<Credential | null>;
}

/** Whether this browser knows passkeys as JSON (level 3 of the standard, in all browsers since 2025). */
export function passkeysHere(): boolean {
  return typeof PublicKeyCredential !== "undefined" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}

export async function makePasskey(wish: PasskeyWish, hands: Credentials = navigator.credentials): Promise<unknown> {
  return told(() => hands.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(wish as unknown as PublicKeyCredentialCreationOptionsJSON) }));
}

export async function showPasskey(wish: PasskeyWish, hands: Credentials = navigator.credentials): Promise<unknown> {
  return told(() => hands.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(wish as unknown as PublicKeyCredentialRequestOptionsJSON) }));
}

async function told(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const found = await ask();
    return found === null ? null : (found as PublicKeyCredential).toJSON();
  } catch {
    return null; // left, timed out, or made here before
  }
}
