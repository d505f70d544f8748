"""Starts ministack with the extension of this folder. Started by `local/emulator.ts`, which sets the environment."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

import symbols

pinned = os.environ["BULKHEAD_MINISTACK_VERSION"]
found = symbols.problems(pinned)
if found:
    print("the extension does not fit this ministack:", file=sys.stderr)
    for each in found:
        print(f"  {each}", file=sys.stderr)
    sys.exit(3)

import api_keys
import certificate
import client_secrets
import cloudformation
import environments
import execution_roles
import facts
import secrets_manager
from ministack import app as emulator


def end_with_parent() -> None:
    """The launcher holds our standard input open; when it is gone, however it went, so are we."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


certificate.write(Path(os.environ["BULKHEAD_RUN_FOLDER"]))
secrets_manager.apply()
api_keys.apply()
client_secrets.apply()
cloudformation.apply(json.loads(os.environ["BULKHEAD_LEFT_OUT"]))
environments.apply()
execution_roles.apply()
facts.apply()
threading.Thread(target=end_with_parent, daemon=True).start()
emulator.main()
