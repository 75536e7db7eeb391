import ctypes

from engine.models.stop import StopFlag


def test_native_code_hears_of_it() -> None:
    """The function that native code calls tells at any time whether to stop."""
    flag = StopFlag()
    asked = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)(flag.function)
    assert (flag.is_set, asked(flag.data)) == (False, False)
    flag.set()
    assert (flag.is_set, asked(flag.data)) == (True, True)
    flag.clear()
    assert (flag.is_set, asked(flag.data)) == (False, False)
