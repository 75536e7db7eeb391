"""Every error that specdeck raises on purpose.

    SpecdeckError
    ├── InputError            what the user gave cannot be used
    │   ├── NoWorkflowError   there is nothing to call for what is to be done
    │   ├── SpecError         a document cannot be read as an API specification
    │   ├── OutsideError      a document refers to what the user did not name
    │   ├── NotFoundError     a name or reference matches nothing in the library
    │   ├── UnreachableError  an address cannot be reached, or breaks off
    │   └── SettingsError     a setting is unknown or has a wrong value
    ├── LibraryError          the library file cannot be opened, read or written
    ├── ReaderError           the process that reads documents died or cannot be started
    └── ModelError            a model cannot be fetched, loaded or run
        ├── ModelFileError    a model file is missing, damaged or of the wrong kind
        ├── WorkerError       the model worker died or does not answer
        │   └── CrashError    it died in the middle of a request
        └── RemoteError       a remote endpoint refuses a request, which says nothing of its health
            ├── RemoteFailedError    it cannot be reached, fails, stalls or breaks off
            ├── RateLimitedError     it asks to wait (429), or its budget is used up
            ├── PromptTooLargeError  the prompt is more than it takes (413)
            └── KeyRefusedError      there is no key, or it is not accepted (401, 403)

Each carries one sentence for the user (`str(error)`) and a next step (`error.hint`). Foreign exceptions are
translated where they are known, with the cause chained; the front ends show these two lines and nothing else.
"""

from engine.text import clean_line


class SpecdeckError(Exception):
    """Base of all errors meant for the user.

    Args:
        message: One sentence saying what failed, on what, without a full stop.
        hint: The next step: one command, key or setting that helps.
    """

    hint = "Run `specdeck doctor` to see what is wrong"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(clean_line(message))
        if hint is not None:
            self.hint = clean_line(hint)


class InputError(SpecdeckError):
    """What the user gave cannot be used."""

    hint = "Check the argument and try again"


class NoWorkflowError(InputError):
    """There is nothing to call for what is to be done, or no document can say it."""

    hint = "Say it in the API's own words, or name the API with --spec"


class SpecError(InputError):
    """A document cannot be read."""

    hint = "Correct the document; `specdeck add --help` says what is read"


class OutsideError(InputError):
    """A document refers to something that is not among what the user named."""

    hint = "Add the folder around both"


class NotFoundError(InputError):
    """A name or reference matches nothing in the library."""

    hint = "See what there is with `specdeck list` or `specdeck search`"


class UnreachableError(InputError):
    """An address cannot be reached, does not answer in time, or breaks off."""

    hint = "Check the address and the network"


class SettingsError(InputError):
    """A setting is unknown or has a wrong value."""

    hint = "Correct it in the configuration file or the environment"


class LibraryError(SpecdeckError):
    """The library file cannot be opened, read or written."""


class ReaderError(SpecdeckError):
    """The process that reads documents died, or cannot be started."""

    hint = "Add it again; what was read before is kept"


class ModelError(SpecdeckError):
    """A model cannot be fetched, loaded or run."""

    hint = "See the models with `specdeck models list`"


class ModelFileError(ModelError):
    """A model file is missing, damaged or of the wrong kind."""

    hint = "Fetch it again with `specdeck models pull`"


class WorkerError(ModelError):
    """The model worker died or does not answer."""

    hint = "Ask again: the worker restarts by itself"


class CrashError(WorkerError):
    """The model worker died in the middle of a request.

    Args:
        message: See `SpecdeckError`.
        hint: The same.
        twice: It died so before, and has not done it since: asking again does not help.
        rebuild: What helps is llama.cpp, built for a plainer CPU.
    """

    def __init__(self, message: str, *, hint: str | None = None, twice: bool = False, rebuild: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.twice = twice
        self.rebuild = rebuild


class RemoteError(ModelError):
    """A remote endpoint refuses a request. Sending it again gives the same, and nothing is wrong with the endpoint."""

    hint = "Check the settings `remote_url` and `remote_model`"


class RemoteFailedError(RemoteError):
    """A remote endpoint cannot be reached, fails, stalls or breaks off. It may do better later.

    Args:
        message: See `SpecdeckError`.
        hint: The same.
        again: The same request may succeed at once.
    """

    hint = "Ask again, or check the endpoint and the network"

    def __init__(self, message: str, *, hint: str | None = None, again: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.again = again


class RateLimitedError(RemoteError):
    """A remote endpoint asks to wait.

    Args:
        message: See `SpecdeckError`.
        retry_s: Seconds until it may be asked again; 0 where it does not say.
    """

    hint = "Ask again after that time"

    def __init__(self, message: str, *, retry_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_s = retry_s


class PromptTooLargeError(RemoteError):
    """The prompt, with the answer it may have, is more than a remote endpoint takes."""

    hint = "Choose a model with a larger limit in `remote_model`"


class KeyRefusedError(RemoteError):
    """There is no key for a remote endpoint, or it is not accepted."""

    hint = "Set the key anew; `specdeck doctor` says where it is looked for"
