"""scripts/specdeck: its first call sets up, later ones only start the program.

The script is the real one, in a copy of the checkout whose path has a space. What it would take minutes to run (venv,
pip and the compiler) are small programs that write down how they were called.
"""

import os
import shutil
import signal
import subprocess
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = (
    "bash cat chmod cksum cmp cp dirname env getconf grep head ln mkdir mv pwd readlink rm sed sleep touch uname"
).split()

PYTHON = """\
#!/usr/bin/env bash
# Stands for the system's Python: makes a .venv whose Python is the program `venv-python` beside this one.
[[ $1 == -c ]] && exit 0
echo "venv" >>"$CALLS"
mkdir -p "$4/bin"
rm -f "$4"/*.stamp "$4/unfinished"
cp "${0%/*}/venv-python" "$4/bin/python"
"""
VENV_PYTHON = """\
#!/usr/bin/env bash
# Stands for .venv's Python, which the script uses to run pip and to try the models. What pip is told and matches
# $REFUSE fails. With the wheel of a level that $FAULTS names the chat model dies of $SIGNAL.
here=${0%/*}
if [[ $3 == engine.models.proof ]]; then
    echo "$4" >>"$CALLS.tried"
    read -r built <"$here/wheel"
    built=${built%/*}
    built=${built##*-}
    [[ $built == *[!0-9]* ]] || built=native
    for level in ${FAULTS:-}; do
        [[ $4 == smollm2-* && $built == "${level##*-}" ]] && kill -"${SIGNAL:-SEGV}" $$
    done
    [[ $4 == "${FAULTY_MODEL:-}" ]] && kill -ILL $$
    exit 0
fi
all=$*
shift 3
[[ $1 == --version ]] && exit 0
echo "pip says a lot"
echo "pip $1 ${*: -1}" >>"$CALLS"
[[ -n ${REFUSE:-} && "$*" == *$REFUSE* ]] && exit 1
[[ -n ${SLOW:-} && "$*" == *$SLOW* ]] && sleep 60
while (($#)); do
    case $1 in
        --wheel-dir)
            echo "$CMAKE_ARGS|$CFLAGS" >>"$CALLS.flags"
            [[ "$all" == *"--no-cache-dir "* || ! -e $CALLS.cached ]] || exit 1 # pip would give back the first wheel
            touch "$CALLS.cached"
            mkdir -p "$2" && touch "$2/llama.whl"
            ;;
        */llama.whl) echo "$1" >"$here/wheel" ;;
        --editable)
            printf '#!/usr/bin/env bash\\necho "started: $*"\\n' >"${0%/*}/specdeck"
            chmod +x "${0%/*}/specdeck"
            ;;
    esac
    shift
done
"""


class Checkout:
    """A copy of what the script needs, and a PATH on which everything it calls is known."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a check out"
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.venv = self.root / ".venv"
        self.script = self.root / "scripts" / "specdeck"
        shutil.copytree(ROOT / "scripts" / "lib", self.root / "scripts" / "lib")
        for name in ("scripts/specdeck", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.root / name)
        self.bin.mkdir()
        for tool in TOOLS:
            if found := shutil.which(tool):
                (self.bin / tool).symlink_to(found)
        self.program("python3", PYTHON)
        self.program("venv-python", VENV_PYTHON)
        for compiler in ("cc", "c++"):
            self.program(compiler, "#!/usr/bin/env bash\n")
        self.calls.touch()

    def program(self, name: str, text: str) -> None:
        """Put a program on the PATH."""
        path = self.bin / name
        path.write_text(textwrap.dedent(text))
        path.chmod(0o755)

    def start(self, *args: str, script: Path | None = None, **env: str) -> subprocess.Popen[str]:
        """Start the script from another folder."""
        return subprocess.Popen(
            [script or self.script, *args],
            cwd="/",
            env={"PATH": str(self.bin), "CALLS": str(self.calls), "HOME": str(self.root.parent), **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *args: str, script: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the script to its end."""
        process = self.start(*args, script=script, **env)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    def called(self) -> list[str]:
        """How venv and pip were called so far."""
        return self.calls.read_text().splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout that was never set up."""
    return Checkout(tmp_path)


@pytest.fixture
def ready(checkout: Checkout) -> Checkout:
    """A checkout that is set up."""
    assert checkout.run().returncode == 0
    checkout.calls.write_text("")
    return checkout


def test_first_call_sets_up_and_keeps_stdout_for_the_program(checkout: Checkout) -> None:
    """The first call builds, installs and starts the program; only the program writes to stdout."""
    done = checkout.run("list", "--json")
    assert done.returncode == 0
    assert done.stdout == "started: list --json\n"
    assert all(line.startswith("specdeck: ") for line in done.stderr.splitlines())
    kinds = [call.rpartition("/")[2] for call in checkout.called()]
    assert kinds[0] == "venv"
    assert kinds[1].startswith("pip wheel llama-cpp-python==")
    assert kinds[-1] == "a check out[keyring,export]"


def test_later_calls_only_start_the_program(ready: Checkout) -> None:
    """When nothing changed, nothing but the program runs and nothing is said."""
    done = ready.run("search", "two words", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "started: search two words --json\n", "")
    assert ready.called() == []


def test_it_can_be_called_through_links(ready: Checkout, tmp_path: Path) -> None:
    """A relative link to a link to the script finds its checkout."""
    (tmp_path / "first").symlink_to(ready.script)
    (tmp_path / "second").symlink_to("first")
    assert ready.run("--version", script=tmp_path / "second").stdout == "started: --version\n"


@pytest.mark.parametrize("file", ["pyproject.toml", "constraints.txt"])
def test_a_change_of_the_dependencies_installs_again(ready: Checkout, file: str) -> None:
    """After a change of what is to be installed, the next call installs it, without building llama.cpp again."""
    with (ready.root / file).open("a") as text:
        text.write("# changed\n")
    done = ready.run()
    assert (done.returncode, done.stdout) == (0, "started: \n")
    assert not [call for call in ready.called() if call == "venv" or call.startswith("pip wheel")]
    assert ready.called()[-1].endswith("[keyring,export]")


def test_a_new_environment_takes_the_wheel_that_was_built(ready: Checkout) -> None:
    """Without .venv it is made again, and the built wheel is used again."""
    shutil.rmtree(ready.venv)
    assert ready.run().returncode == 0
    assert ready.called()[0] == "venv"
    assert not [call for call in ready.called() if call.startswith("pip wheel")]


def test_a_moved_checkout_gets_a_new_environment(ready: Checkout) -> None:
    """An environment holds absolute paths, so a moved one is made anew."""
    moved = ready.root.with_name("moved")
    ready.root.rename(moved)
    assert ready.run(script=moved / "scripts" / "specdeck").returncode == 0
    assert ready.called()[0] == "venv"


def test_a_failed_step_names_its_log_and_is_done_again(checkout: Checkout) -> None:
    """When pip fails the call ends with the log's path; the next call goes on in the same environment."""
    failed = checkout.run(REFUSE="--editable")
    assert (failed.returncode, failed.stdout) == (1, "")
    log = checkout.root / ".setup" / "setup.log"
    assert failed.stderr.endswith(f"specdeck: this step failed; its log is {log}\n")
    assert "pip says a lot" in log.read_text()
    checkout.calls.write_text("")
    assert checkout.run().returncode == 0
    assert not [call for call in checkout.called() if call.startswith(("venv", "pip wheel"))]


def test_without_pytorch_the_rest_is_installed(checkout: Checkout) -> None:
    """When PyTorch cannot be had, one sentence says what is missing and the program works without it."""
    done = checkout.run(REFUSE="torch==")
    assert (done.returncode, done.stdout) == (0, "started: \n")
    assert "PyTorch could not be fetched: search finds words, not meaning." in done.stderr
    assert checkout.called()[-1].endswith("a check out[keyring]")


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="other systems have one build of PyTorch")
def test_pytorch_comes_from_its_cpu_index_only_when_it_is_nowhere_nearer(checkout: Checkout) -> None:
    """The index of PyTorch's CPU builds is asked after pip's own places, and never when those have it."""
    checkout.run()
    assert len([call for call in checkout.called() if "torch==" in call]) == 1
    shutil.rmtree(checkout.venv)
    checkout.calls.write_text("")
    checkout.run(REFUSE="torch==")
    assert len([call for call in checkout.called() if "+cpu" in call]) == 2


def test_a_python_that_is_too_old_is_said_in_one_sentence(checkout: Checkout) -> None:
    """When no Python is new enough, the call says what to install and does nothing."""
    checkout.program("python3", "#!/usr/bin/env bash\nexit 1\n")
    done = checkout.run("--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed: install it with 'apt install python3 python3-venv'" in done.stderr
    assert not checkout.venv.exists()


def test_python_can_be_chosen(checkout: Checkout) -> None:
    """The variable PYTHON names the Python that is used instead of those on PATH."""
    (checkout.bin / "python3").rename(checkout.bin / "mine")
    assert checkout.run().returncode == 1
    assert checkout.run(PYTHON="mine").returncode == 0


@pytest.mark.parametrize("missing", [["cc"], ["c++"], ["cc", "c++"]])
def test_each_missing_compiler_is_said_in_one_sentence(checkout: Checkout, missing: list[str]) -> None:
    """A missing C or C++ compiler is named before anything is installed."""
    for compiler in missing:
        (checkout.bin / compiler).unlink()
    done = checkout.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == len(missing)
    for compiler in missing:
        language = "C" if compiler == "cc" else "C++"
        assert f"a {language} compiler is needed to build llama.cpp: install it with" in done.stderr
    assert not checkout.venv.exists()


def test_calls_at_the_same_time_set_up_once(checkout: Checkout) -> None:
    """Of three first calls one sets up; the others wait for it, and all start the program."""
    calls = [checkout.start(str(number)) for number in range(3)]
    outputs = [call.communicate(timeout=60) for call in calls]
    assert [out for out, _ in outputs] == [f"started: {number}\n" for number in range(3)]
    assert checkout.called().count("venv") == 1
    assert not (checkout.root / ".setup" / "lock").is_symlink()


def test_a_lock_of_a_dead_process_holds_nobody_up(checkout: Checkout) -> None:
    """A lock that was left by a killed call is taken over."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    (checkout.root / ".setup").mkdir()
    (checkout.root / ".setup" / "lock").symlink_to(str(gone.pid))
    assert checkout.run().returncode == 0


def test_an_interrupted_set_up_ends_its_step_and_goes_on_later(checkout: Checkout) -> None:
    """Ctrl-C stops the running step too, frees the lock, and the next call goes on."""
    process = checkout.start(SLOW="--editable")
    while not any("[keyring,export]" in call for call in checkout.called()):
        assert process.poll() is None
        time.sleep(0.05)  # polls for what the script writes
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("specdeck: set-up stopped. The next call goes on from here.\n")
    assert not (checkout.root / ".setup" / "lock").is_symlink()
    assert checkout.run("again").stdout == "started: again\n"


# A CPU that does not run what it announces ---------------------------------------------------------------------------
# The levels are those of this machine: native, perhaps no-amx and avx2, and portable.
LEVELS = subprocess.run(
    ["bash", "-c", 'root=$1; source "$1/scripts/lib/setup.sh"; levels', "-", str(ROOT)],
    stdout=subprocess.PIPE,
    text=True,
    check=True,
).stdout.split()


def test_set_up_lets_both_models_work_once(checkout: Checkout) -> None:
    """When all is well each model is tried once, and later calls try nothing."""
    assert checkout.run().returncode == 0
    tried = Path(f"{checkout.calls}.tried").read_text().split()
    assert tried == ["all-minilm-l6-v2", "smollm2-135m-instruct"]
    assert checkout.run().stdout == "started: \n"
    assert Path(f"{checkout.calls}.tried").read_text().split() == tried


@pytest.mark.parametrize("signal_name", ["SEGV", "ILL", "BUS", "ABRT"])
def test_a_build_that_faults_is_built_again_for_a_plainer_cpu(checkout: Checkout, signal_name: str) -> None:
    """A first build whose process dies of a signal is replaced by the next plainer one, said in one line."""
    done = checkout.run(FAULTS="native", SIGNAL=signal_name)
    assert (done.returncode, done.stdout) == (0, "started: \n")
    number = signal.Signals[f"SIG{signal_name}"].value
    line = f"what was built for this CPU does not run on it (signal {number}): once more, for a plainer one."
    assert done.stderr.count(line) == 1
    assert all(line.startswith("specdeck: ") for line in done.stderr.splitlines())
    wheels = [call for call in checkout.called() if call.startswith("pip wheel")]
    assert len(wheels) == 2
    installed = (checkout.venv / "bin" / "wheel").read_text().strip()
    assert installed.endswith(f"-{LEVELS[1]}/llama.whl")


def test_the_level_of_this_machine_is_remembered(checkout: Checkout) -> None:
    """A set-up after the fault, with .venv there or not, takes the plainer wheel at once and builds nothing."""
    checkout.run(FAULTS="native")
    shutil.rmtree(checkout.venv)
    checkout.calls.write_text("")
    done = checkout.run(FAULTS="native")
    assert (done.returncode, done.stdout) == (0, "started: \n")
    assert "once more" not in done.stderr
    assert not [call for call in checkout.called() if call.startswith("pip wheel")]
    assert (checkout.venv / "bin" / "wheel").read_text().strip().endswith(f"-{LEVELS[1]}/llama.whl")


def test_the_last_level_uses_what_every_cpu_has(checkout: Checkout) -> None:
    """When every other level faults, the last build is made without a single extension, and it is the end of it."""
    assert checkout.run(FAULTS=" ".join(LEVELS[:-1])).returncode == 0
    flags = Path(f"{checkout.calls}.flags").read_text().splitlines()
    assert len(flags) == len(LEVELS)
    assert all(f"-DGGML_{each}=OFF" in flags[-1] for each in "NATIVE SSE42 AVX AVX2 BMI2 FMA F16C".split())
    assert (checkout.venv / "run.stamp").read_text().splitlines()[1] == ""


def test_no_build_that_runs_is_said_and_costs_the_prose_only(checkout: Checkout) -> None:
    """When even the plainest build faults, a sentence says so, the program starts, and later calls do not try again."""
    done = checkout.run(FAULTS=" ".join(LEVELS))
    assert (done.returncode, done.stdout) == (0, "started: \n")
    assert "llama.cpp does not run on this machine (signal 11): answers are facts, without prose." in done.stderr
    assert checkout.run().stderr == ""


def test_a_killed_proof_is_no_fault_of_the_build(checkout: Checkout) -> None:
    """A process that the system ended for want of memory does not lead to another build."""
    assert checkout.run(FAULTS="native", SIGNAL="KILL").returncode == 0
    assert len([call for call in checkout.called() if call.startswith("pip wheel")]) == 1


def test_a_ready_made_wheel_that_faults_is_named(checkout: Checkout) -> None:
    """When embedding dies, which is not built here, set-up names the package and a command, and goes on."""
    done = checkout.run(FAULTY_MODEL="all-minilm-l6-v2")
    assert (done.returncode, done.stdout) == (0, "started: \n")
    assert "onnxruntime" in done.stderr
    assert "does not run here (signal 4): search finds words, not meaning." in done.stderr
    assert "-m pip install 'onnxruntime<" in done.stderr


def test_an_environment_from_another_cpu_is_made_ready_for_this_one(ready: Checkout) -> None:
    """A .venv whose build uses what this CPU lacks is not used; one that uses less is."""
    stamp = ready.venv / "run.stamp"
    root, needed, rest = stamp.read_text().split("\n", 2)
    stamp.write_text(f"{root}\n{needed} avx9000\n{rest}")
    assert "setting up" in ready.run().stderr
    assert [call for call in ready.called() if call.endswith("llama.whl")]
    assert ready.run().stderr == ""
    stamp.write_text(f"{root}\n{' '.join(needed.split()[1:])}\n{rest}")
    assert ready.run().stderr == ""


def test_a_plainer_build_can_be_asked_for(ready: Checkout) -> None:
    """What `specdeck doctor --fix` calls builds one level down, installs it, and fails at the last one."""
    command = ["bash", "-euc", 'root=$1; source "$1/scripts/lib/setup.sh"; set_up_plainer', "-", str(ready.root)]
    environment = {"PATH": str(ready.bin), "CALLS": str(ready.calls), "HOME": str(ready.root.parent)}
    for level in LEVELS[1:]:
        subprocess.run(command, env=environment, capture_output=True, timeout=60, check=True)
        assert (ready.venv / "bin" / "wheel").read_text().strip().endswith(f"-{level}/llama.whl")
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, "plainest" in ended.stderr) == (1, True)
    assert ready.run().stderr == ""
