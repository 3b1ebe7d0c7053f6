"""Checks passwords, slowly enough for guessing to be no use; see `lock_out` for what is counted."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.console.door import Clock
from bot.console.lock_out import ACCOUNT, ADDRESS, DEVICE, LONGEST_MEMORY, Allowance
from bot.console.roles import Account
from bot.store.accounts import AccountStore
from bot.store.failures import FailureStore
from bot.store.secrets_of_browsers import hash_of
from bot.store.sign_ins import SignInStore

# Each check takes 64 MiB and a processor: a flood of them must not take the machine from callers.
AT_ONCE = 2
MAX_PASSWORD_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """account: None when the password did not open it, or was not tried. wait: until the next try."""

    account: Account | None
    wait: timedelta = timedelta()


class Guard:
    """One for the whole console."""

    def __init__(
        self, accounts: AccountStore, sign_ins: SignInStore, failures: FailureStore, clock: Clock
    ) -> None:
        self._accounts = accounts
        self._sign_ins = sign_ins
        self._failures = failures
        self._clock = clock
        self._free = asyncio.Semaphore(AT_ONCE)

    async def check(self, login: str, password: str, address: str, device: str) -> Checked:
        """Try a password. device: what the browser's other cookie says, "" for none."""
        is_known = await asyncio.to_thread(self._sign_ins.knows_device, device, login)
        keys = {f"device {hash_of(device)}": DEVICE} if is_known else _strangers(login, address)
        return await self._counted(keys, login, password)

    async def confirm(self, account: Account, password: str) -> Checked:
        """Try the password of somebody who is signed in: who finds the desk empty may not guess either."""
        return await self._counted({f"confirm {account.login}": ACCOUNT}, account.login, password)

    async def unlock(self, login: str) -> None:
        await asyncio.to_thread(self._failures.forget, account_key(login))

    def clean_up(self) -> None:
        self._failures.clean_up(self._clock() - LONGEST_MEMORY)

    async def _counted(self, keys: Mapping[str, Allowance], login: str, password: str) -> Checked:
        wait = await asyncio.to_thread(self._failures.attempt, keys, self._clock())
        if wait:
            return Checked(None, wait)
        async with self._free:
            account = await asyncio.to_thread(self._accounts.check, login, password[:MAX_PASSWORD_CHARS])
        if account is not None:
            for key in keys:
                await asyncio.to_thread(self._forget, key)
        return Checked(account)

    def _forget(self, key: str) -> None:
        # What strangers tried before stays counted, whoever signs in meanwhile.
        if key.startswith(("account ", "address ")):
            self._failures.forgive(key)
        else:
            self._failures.forget(key)


def account_key(login: str) -> str:
    """What is counted of tries at an account."""
    return f"account {login.casefold()}"


def _strangers(login: str, address: str) -> dict[str, Allowance]:
    return {account_key(login): ACCOUNT, f"address {_network(address)}": ADDRESS}


def _network(address: str) -> str:
    """The address; of an IPv6 address the half that a customer is given, since all of the rest is theirs."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if parsed.version == 6 else address
