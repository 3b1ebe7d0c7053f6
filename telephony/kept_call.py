"""A call whose dialog a successor can end, should this process be killed."""

from __future__ import annotations

from typing import Any

import pjsua2 as pj

from telephony.dialog import Dialog, dialog_of
from telephony.dialog_files import DialogFiles
from telephony.guard import guarded
from telephony.sip_call import SipCall

_CHANGE_TARGETS = ("INVITE", "UPDATE")


class KeptCall(SipCall):
    """files: where it is kept while it is up. arguments: SipCall's."""

    def __init__(self, files: DialogFiles, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._files = files
        self._answer_text = ""
        self._dialog: Dialog | None = None

    @guarded
    def onCallTsxState(self, prm: pj.OnCallTsxStateParam) -> None:  # noqa: N802
        state = prm.e.body.tsxState
        if state.tsx.method not in _CHANGE_TARGETS or state.tsx.statusCode // 100 != 2:
            return
        if not self._answer_text:
            is_ours = state.tsx.role == pj.PJSIP_ROLE_UAS
            self._answer_text = (state.src.tdata if is_ours else state.src.rdata).wholeMsg
        self._keep()

    @guarded
    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802
        self._keep()
        super().onCallState(prm)
        if self.is_over:
            self._files.drop(self.call_id)

    @guarded
    def _keep(self) -> None:
        """Note where the other side is now; its route never changes."""
        info = self.getInfo()
        if not self._answer_text or info.state != pj.PJSIP_INV_STATE_CONFIRMED:
            return
        is_caller = info.role == pj.PJSIP_ROLE_UAS
        dialog = dialog_of(self._answer_text, info.localContact, info.remoteContact, is_caller=is_caller)
        if dialog != self._dialog:
            self._dialog = dialog
            self._files.keep(self.call_id, dialog)
