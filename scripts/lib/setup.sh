# shellcheck shell=bash
# Makes .venv ready. Sourced by scripts/specdeck, scripts/test and the Dockerfile, which set $root, the checkout.
#
# Everything is said on stderr, stdout belongs to the command that follows. What the tools print goes to
# .setup/setup.log. Written for bash 3.2, which macOS ships.

: "${root:?}"
venv=$root/.venv
work=$root/.setup
log=$work/setup.log
lock=$work/lock
child="" # the step that runs now

# set_up WHAT: WHAT is `run`, or `test`, which has the tools of the tests too. Returns at once when nothing changed.
set_up() {
    is_current "$1" || alone install_once "$1"
}

# Another call may have done it while this one waited.
install_once() {
    is_current "$1" || install "$1"
}

# Builds llama.cpp for a plainer CPU than the build that is in use: `specdeck doctor --fix`.
set_up_plainer() {
    alone plainer
}

plainer() {
    step_down || fail "llama.cpp is built for the plainest CPU already: choose another model, or do without."
    rm -f "$venv"/*.stamp # an interrupted call goes on from here
    install run
}

# alone COMMAND...: run it while no other call sets up.
alone() {
    if ! mkdir -p "$work" 2>/dev/null || [[ ! -w $work ]]; then
        fail "$root is not set up for this machine, and it cannot be written to."
    fi
    trap clean_up EXIT
    trap 'say "set-up stopped. The next call goes on from here."; exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    take_lock
    "$@"
    clean_up
    trap - EXIT INT TERM HUP
}

# Whether .venv was made for WHAT from what stands here now, and for this CPU or a plainer one. It runs on every call,
# so it starts no other program.
is_current() {
    local made pyproject constraints needed set
    slurp made "$venv/$1.stamp" && slurp pyproject "$root/pyproject.toml" && slurp constraints "$root/constraints.txt" &&
        [[ $made == "$root"$'\n'*$'\n'"$pyproject$constraints" ]] || return
    needed=${made#*$'\n'}
    for set in ${needed%%$'\n'*}; do
        [[ "$instructions " == *" $set "* ]] || return
    done
}

# slurp NAME FILE: set the variable NAME to the text of FILE.
slurp() {
    [[ -r $2 ]] || return
    IFS= read -r -d '' "$1" <"$2" || true # it ends at the end of the file, which read calls a failure
}

install() {
    local python extras="keyring" model
    : >"$log"
    find_python
    recall_level
    llama_wheel >/dev/null || check_compilers
    say "setting up, once. Later calls start at once."

    venv_is_sound || step "Python environment" "$python" -m venv --clear "$venv" || fail_step
    touch "$venv/unfinished"
    install_llama
    if step "PyTorch for the CPU" install_torch; then
        extras=$extras,export
    else
        say "PyTorch could not be fetched: search finds words, not meaning. To try again, delete $venv/run.stamp"
    fi
    [[ $1 == test ]] && extras=$extras,test
    step "packages" install_packages "$extras" || fail_step
    rm "$venv/unfinished"
    for model in all-minilm-l6-v2 smollm2-135m-instruct; do
        if step "model $model" "$venv/bin/specdeck" models pull "$model"; then
            prove "$model"
        else
            say "it could not be fetched; facts work without it. To try again: specdeck models pull $model"
        fi
    done
    { echo "$root" && needs && cat "$root/pyproject.toml" "$root/constraints.txt"; } >"$venv/run.stamp"
    [[ $1 == run ]] || cp "$venv/run.stamp" "$venv/$1.stamp"
}

# --- What the system must have --------------------------------------------------------------------------------------

# Sets $python to one that is new enough.
find_python() {
    local name names=(python3.13 python3.12 python3.11 python3)
    [[ -z ${PYTHON:-} ]] || names=("$PYTHON")
    for name in "${names[@]}"; do
        # It is asked, not looked up: a version manager's shim can exist and not run.
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
        "$name" -c 'import ensurepip, venv' >/dev/null 2>&1 || fail "$name has no venv module: install it with" \
            "'apt install python3-venv' (Debian, Ubuntu), or name another Python in the variable PYTHON."
        python=$name
        return
    done
    fail "Python 3.11 or newer is needed: install it with 'apt install python3 python3-venv' (Debian, Ubuntu)," \
        "'dnf install python3' (Fedora) or 'brew install python@3.13' (macOS), or name one in the variable PYTHON."
}

check_compilers() {
    local missing=""
    runs "${CC:-}" cc gcc clang || missing="C"
    runs "${CXX:-}" c++ g++ clang++ || missing="$missing C++"
    for missing in $missing; do
        say "a $missing compiler is needed to build llama.cpp: install it with 'apt install build-essential'" \
            "(Debian, Ubuntu), 'dnf install gcc gcc-c++' (Fedora) or 'xcode-select --install' (macOS)."
    done
    [[ -z $missing ]] || exit 1
}

# runs NAME...: whether one of these compilers works. macOS has a cc that only offers to install one.
runs() {
    local name
    for name; do
        [[ -n $name ]] && "$name" --version >/dev/null 2>&1 && return
    done
    return 1
}

cores() {
    getconf _NPROCESSORS_ONLN
}

# --- The environment ------------------------------------------------------------------------------------------------

# False when .venv is missing, was left half-made, was moved, or lost its Python.
venv_is_sound() {
    [[ ! -e $venv/unfinished ]] &&
        { [[ ! -e $venv/run.stamp ]] || [[ $(head -n 1 "$venv/run.stamp") == "$root" ]]; } &&
        "$venv/bin/python" -P -m pip --version >/dev/null 2>&1
}

# pip COMMAND ARGUMENT...: with the exact versions of constraints.txt.
pip() {
    local command=$1
    shift
    # -P: a file in the caller's folder must not stand in for a module of pip's.
    "$venv/bin/python" -P -m pip "$command" --disable-pip-version-check --no-input \
        --constraint "$root/constraints.txt" "$@"
}

# pinned NAME: the version of NAME in constraints.txt.
pinned() {
    sed -n "s/^$1==//p" "$root/constraints.txt"
}

# install_packages EXTRAS: the project with what it depends on. What builds it is installed beside it and not fetched
# for each build, so that a machine without a network can follow a change that needs no new package.
install_packages() {
    pip install "$(sed -n 's/^requires = \["\(.*\)"\]$/\1/p' "$root/pyproject.toml")" "editables==$(pinned editables)" &&
        pip install --no-build-isolation --editable "$root${1:+[$1]}"
}

install_torch() {
    local torch
    torch="torch==$(pinned torch)"
    if [[ $(uname -s) != Linux ]]; then
        pip install "$torch"
        return
    fi
    # Without +cpu Linux gets gigabytes of CUDA libraries. It is looked for where pip looks anyway (a mirror, a folder in
    # PIP_FIND_LINKS), then where PyTorch keeps it. What it depends on comes with the packages.
    pip install --no-deps "$torch+cpu" ||
        pip install --no-deps --index-url "${SPECDECK_TORCH_INDEX:-https://download.pytorch.org/whl/cpu}" "$torch+cpu"
}

# --- llama.cpp: built for this machine, once ------------------------------------------------------------------------

# Only the library is wanted: with the tools and the server of llama.cpp the build takes four times as long.
llama_flags=${CMAKE_ARGS:-"-DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
-DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_SUBPROCESS=OFF"}

# How much of its CPU a build uses: native (all that is announced), no-amx, avx2, or portable (what every 64-bit CPU
# has). What is announced does not always run: virtual machines break AMX (llama.cpp issue 20824) or hide AVX-512.
level=native

# Sets $instructions to the sets of instructions that this CPU announces, as far as a compiler uses them: the rest of
# the system's list changes with its kernel. It stays empty where the system has no list.
read_instructions() {
    local name="" sets="" set
    [[ -r /proc/cpuinfo ]] || return 0
    while IFS=: read -r name sets; do
        [[ $name != flags* && $name != Features* ]] || break # x86, ARM
    done </proc/cpuinfo
    for set in $sets; do
        case $set in
            sse* | ssse3 | pni | avx* | amx* | fma* | f16c | bmi* | abm | popcnt | movbe) ;;
            aes | vaes | *pclmulqdq | gfni | sha* | xop | tbm) ;;
            *) [[ $name == Features* ]] || continue ;;
        esac
        instructions+=" $set"
    done
}
instructions=""
read_instructions

# Prints the sets of instructions that a build may use.
needs() {
    case $level in
        portable) echo ;;
        avx2) echo "sse4_2 avx avx2 bmi2 fma f16c" ;;
        *) echo "$instructions" ;;
    esac
}

# Prints the levels that this machine can have, the fastest first.
levels() {
    echo native
    # A compiler that does not know AMX does not use it.
    if [[ $instructions == *" amx_tile"* ]] && ${CC:-cc} -mno-amx-tile -E -x c /dev/null >/dev/null 2>&1; then
        echo no-amx
    fi
    [[ "$instructions " != *" avx2 "* ]] || echo avx2
    echo portable
}

# Puts $level one down and remembers it for this CPU; fails at the last.
step_down() {
    local name found=""
    recall_level
    for name in $(levels); do
        if [[ -n $found ]]; then
            level=$name
            echo "$level" >"$work/level-$(cpu_key)"
            return
        fi
        [[ $name != "$level" ]] || found=yes
    done
    return 1
}

# Sets $level to the one that this CPU was found to need, if any was.
recall_level() {
    read -r level 2>/dev/null <"$work/level-$(cpu_key)" || level=native
}

install_llama() {
    llama_wheel >/dev/null ||
        step "llama.cpp ($level), built in about $((460 / $(cores) / 60 + 1)) min" build_llama || fail_step
    # By force: what is installed may be the same version and another build.
    step "llama.cpp, installed" pip install --force-reinstall --no-deps "$(llama_wheel)" || fail_step
}

build_llama() {
    local folder set with flags=$llama_flags plain=""
    folder=$(llama_folder)
    case $level in
        no-amx) plain=" -mno-amx-tile -mno-amx-int8 -mno-amx-bf16" ;;
        avx2 | portable)
            [[ $level == avx2 ]] && with=ON || with=OFF
            flags+=" -DGGML_NATIVE=OFF"
            for set in SSE42 AVX AVX2 BMI2 FMA F16C; do
                flags+=" -DGGML_$set=$with"
            done
            ;;
    esac
    # pip's cache would give back a wheel that was built with other flags, or on another CPU.
    CFLAGS=${CFLAGS:-}$plain CXXFLAGS=${CXXFLAGS:-}$plain CMAKE_ARGS=$flags \
        CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(cores)} \
        pip wheel --no-deps --no-cache-dir --wheel-dir "$folder.part" "llama-cpp-python==$(pinned llama-cpp-python)" &&
        mv "$folder.part" "$folder"
}

# Prints the path of the wheel that was built here before, or fails.
llama_wheel() {
    local wheel
    for wheel in "$(llama_folder)"/*.whl; do
        [[ -f $wheel ]] && echo "$wheel"
    done
}

# Where the wheel is kept: a folder for each CPU, flags and level.
llama_folder() {
    local end=""
    [[ $level == native ]] || end=-$level
    echo "$work/wheels/llama-cpp-$(pinned llama-cpp-python)-$(uname -s)-$(uname -m)-$(cpu_key)$end"
}

# Prints a number for this CPU and the flags of the build.
cpu_key() {
    local key
    key=$({
        if [[ -n $instructions ]]; then echo "$instructions"; else sysctl -n machdep.cpu.brand_string || true; fi
        echo "$llama_flags"
    } 2>/dev/null | cksum)
    echo "${key%% *}"
}

# prove MODEL: let it work once: native code that does not run here ends its process with a signal. llama.cpp is built
# for a plainer CPU then. Other failures are not of the build: `specdeck doctor` has the words for them.
prove() {
    local status=0
    step "model $1, tried" try_model "$1" || status=$?
    case $status in # 128 and the number of the signal: ILL, ABRT, BUS (on macOS 10), FPE, SEGV
        132 | 134 | 135 | 136 | 138 | 139) ;;
        *) return 0 ;;
    esac
    if [[ $1 == all-minilm-* ]]; then
        say "onnxruntime $(pinned onnxruntime) does not run here (signal $((status - 128))): search finds words, not" \
            "meaning. An older one may: '$venv/bin/python' -m pip install 'onnxruntime<$(pinned onnxruntime)'"
    elif step_down; then
        say "what was built for this CPU does not run on it (signal $((status - 128))): once more, for a plainer one."
        install_llama
        prove "$1"
    else
        say "llama.cpp does not run on this machine (signal $((status - 128))): answers are facts, without prose."
    fi
}

# In a shell of its own, which writes into the log how the process ended.
try_model() {
    "$venv/bin/python" -P -m engine.models.proof "$1"
    return
}

# --- Saying, waiting, cleaning up -----------------------------------------------------------------------------------

say() {
    echo "specdeck: $*" >&2
}

fail() {
    say "$@"
    exit 1
}

fail_step() {
    rm -f "$venv/unfinished" # pip gave up in good order: what it had installed serves on
    fail "this step failed; its log is $log"
}

# step TEXT COMMAND...: run COMMAND with its output in the log, showing TEXT and the seconds it takes.
step() {
    local text=$1 start=$SECONDS status=0 result
    shift
    printf '\n== %s\n' "$text" >>"$log"
    set -m # a process group of its own, so that clean_up reaches the compilers too
    "$@" >>"$log" 2>&1 </dev/null &
    child=$!
    set +m
    if [[ -t 2 ]]; then
        while kill -0 "$child" 2>/dev/null; do
            printf '\rspecdeck: %s … %d s' "$text" $((SECONDS - start)) >&2
            sleep 1
        done
        printf '\rspecdeck: %s … ' "$text" >&2
    else
        printf 'specdeck: %s … ' "$text" >&2
    fi
    wait "$child" || status=$?
    child=""
    ((status == 0)) && result="done" || result="failed"
    echo "$result ($((SECONDS - start)) s)" >&2
    return "$status"
}

# One call sets up, the others wait. The lock is a link that names its process, so it is made and signed in one move,
# and one whose process is gone does not hold anyone up.
take_lock() {
    local holder waiting=""
    until ln -sn $$ "$lock" 2>/dev/null; do
        holder=$(readlink "$lock") || continue # it was freed just now
        if ! kill -0 "$holder" 2>/dev/null; then
            rm -f "$lock"
            continue
        fi
        [[ -n $waiting ]] || say "another call (process $holder) is setting up; waiting for it."
        waiting=yes
        sleep 1
    done
}

clean_up() {
    [[ -z $child ]] || kill -- "-$child" 2>/dev/null || true
    [[ $(readlink "$lock" 2>/dev/null) != "$$" ]] || rm -f "$lock"
}
