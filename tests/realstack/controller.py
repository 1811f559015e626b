"""Bumble's controller and its link, as a real controller behaves towards Linux."""

from __future__ import annotations

import asyncio
from typing import Any

from bumble import hci
from bumble.controller import Controller
from bumble.hci import Address
from bumble.link import LocalLink

_LEGACY = ~(hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)
_REPORT = hci.HCI_LE_Advertising_Report_Event


class Link(LocalLink):
    """Bumble's link names the sender by its random address; Linux connects with its public one,
    and its words would belong to no connection."""

    def send_acl_data(
        self, sender_controller: Any, destination_address: Any, transport: Any, data: bytes
    ) -> None:
        ours = sender_controller.le_connections.get(destination_address)
        theirs = self.find_le_controller(destination_address)
        if ours is not None and theirs is not None:
            asyncio.get_running_loop().call_soon(
                theirs.on_link_acl_data, ours.self_address, transport, data
            )


class Radio(Controller):
    """A controller without extended advertising, and with what Bumble 0.0.236 leaves out: a scan
    response of its own, the filter for duplicates, and the end of a cancelled connect."""

    rssi_dbm = -60
    pending_le_connection: Any

    def __init__(self, name: str, link: Link, **more: Any) -> None:
        super().__init__(name, link=link, **more)
        self.le_features &= _LEGACY
        self._told: set[tuple[int, bytes, bytes]] = set()

    def on_hci_le_set_scan_enable_command(self, command: Any) -> Any:
        self._told.clear()
        return super().on_hci_le_set_scan_enable_command(command)

    def on_advertising_pdu(self, pdu: Any) -> None:
        address = pdu.advertiser_address
        if self.le_scan_enable:
            self._tell(_REPORT.EventType.ADV_IND, address, bytes(pdu.data))
            answer = self._scan_response(address)
            if self.le_scan_type and answer is not None:
                self._tell(_REPORT.EventType.SCAN_RSP, address, answer)
        if self.pending_le_connection and self.pending_le_connection.peer_address == address:
            self.create_le_connection(address)

    def _tell(self, kind: int, address: Any, data: bytes) -> None:
        told = (kind, bytes(address), data)
        if self.filter_duplicates and told in self._told:
            return
        self._told.add(told)
        report = _REPORT.Report(
            event_type=kind,
            address_type=address.address_type,
            address=address,
            data=data,
            rssi=self.rssi_dbm,
        )
        self.send_hci_packet(_REPORT([report]))

    def _scan_response(self, address: Any) -> bytes | None:
        for other in self.link.controllers:
            advertiser = other.le_legacy_advertiser
            if advertiser.enabled and advertiser.address == address:
                return bytes(advertiser.scan_response_data)
        return None

    def on_hci_le_create_connection_cancel_command(self, _command: Any) -> Any:
        """Bluetooth Core, Vol 4, Part E, 7.8.13: success, then a connection that failed."""
        if self.pending_le_connection is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.pending_le_connection = None
        failed = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=0,
            peer_address=Address.ANY,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, failed)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)
