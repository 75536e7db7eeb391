"""specdeck's engine: everything without a screen.

`Engine` and the records that it takes and gives are the whole interface that `tui` uses. `__init__.pyi` names them
once, for type checkers and for Python. A name loads on first use, so that the model worker, which is a module of this
package too, does not import what only the façade needs.
"""

from pathlib import Path

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

SAMPLE = Path(__file__).parent / "sample" / "town-library.yaml"
"""A specification that comes with the program, to try it without one."""
