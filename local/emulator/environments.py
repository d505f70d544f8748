"""A function that throws keeps its environment, as on AWS; ministack ends the process, and each next call starts cold.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import threading
import time

from ministack.core import lambda_runtime

_stock_invoke = lambda_runtime.Worker.invoke
_stock_signal = lambda_runtime._signal
_stock_collect = lambda_runtime._collect
# The process that this thread was about to end.
_spared = threading.local()


def apply() -> None:
    lambda_runtime.Worker.invoke = _invoke
    lambda_runtime._signal = _signal
    lambda_runtime._collect = _collect


def _signal(proc):
    if getattr(_spared, "on", False):
        _spared.process = proc
    else:
        _stock_signal(proc)


def _collect(proc, deadline):
    if not getattr(_spared, "on", False):
        _stock_collect(proc, deadline)


def _invoke(self, *args, **kwargs):
    _spared.on, _spared.process = True, None
    try:
        response = _stock_invoke(self, *args, **kwargs)
    finally:
        process, _spared.on, _spared.process = _spared.process, False, None
    if process is None:
        return response
    # Only what the handler threw has a trace: not that it took too long, or ended its process.
    if "trace" in response and process.poll() is None and self._proc is None:
        self._proc = process
    else:
        _stock_signal(process)
        _stock_collect(process, time.monotonic() + lambda_runtime._REAP_GRACE)
    return response
