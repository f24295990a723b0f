"""The four places where LocalStack lets an extension take part in an AWS call.

A mistake in here must not fail the call: LocalStack ignores what the last three raise, the first one catches it itself.
"""

import logging
from threading import Event
from time import perf_counter

from localstack.extensions.api import aws
from rolo.gateway import HandlerChain
from werkzeug import Response

from .report import Report
from .rules import Entry, Rules

LOG = logging.getLogger(__name__)

HEADER = "X-Fault-Rule"
"""The header of responses that tells which rule was applied."""

# What is kept in a call's context from one handler to the next.
RULE = "fault_rule"
STARTED = "fault_started"

Chain = HandlerChain[aws.RequestContext]


class InjectedError(aws.CommonServiceException):
    """An error of ours. LocalStack writes it in the protocol of the service, as it does the service's own."""


class Handlers:
    """Applies the rules to calls, and reports on all of them."""

    def __init__(self, rules: Rules, report: Report) -> None:
        self.stopping = Event()
        self._rules = rules
        self._report = report

    def on_request(self, chain: Chain, context: aws.RequestContext, response: Response) -> None:
        """Before a service gets the call: let it wait or fail, if there is a rule for it."""
        # What LocalStack's services ask of each other is left alone: rules are about the calls of users.
        if context.is_internal_call:
            return
        setattr(context, STARTED, perf_counter())
        entry = self._due(context)
        if entry is None:
            return
        setattr(context, RULE, entry.id)
        rule = entry.rule
        if rule.delay:
            self.stopping.wait(rule.delay / 1000)
        if rule.code:
            # Else a client with much to upload never comes to read the answer.
            while context.request.stream.read(2**16):
                pass
            message = rule.message or f"Injected by rule {entry.id}."
            raise InjectedError(rule.code, message, rule.status, sender_fault=rule.status < 500)

    def on_response(self, chain: Chain, context: aws.RequestContext, response: Response) -> None:
        """Before an answer is sent: say which rule was applied, if one was."""
        rule = context.get(RULE)
        if rule is not None:
            response.headers[HEADER] = str(rule)

    def on_exception(self, chain: Chain, exception: Exception, context: aws.RequestContext, response: Response) -> None:
        """After an AWS call raised an exception: count it, unless a rule wanted it."""
        if isinstance(exception, InjectedError) or context.service_operation is None:
            return
        service, operation = called(context)
        self._report.failed(service, operation, exception)
        LOG.warning("%s of %s raised %s", operation, service, type(exception).__name__)

    def on_end(self, chain: Chain, context: aws.RequestContext, response: Response) -> None:
        """After everything else: note how long an AWS call took, with what a rule made it wait."""
        started = context.get(STARTED)
        if started is not None:
            self._report.took(*called(context), (perf_counter() - started) * 1000)

    def _due(self, context: aws.RequestContext) -> Entry | None:
        try:
            return self._rules.due(*called(context))
        except Exception:
            LOG.exception("the rules could not be looked through; the call goes on without them")
            return None


def called(context: aws.RequestContext) -> tuple[str, str]:
    """Service and operation of a call; `-` for what is none."""
    return context.service_operation or ("-", "-")
