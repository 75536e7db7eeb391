# specdeck in a container, with its two starter models and neither compiler nor PyTorch:
#
#     docker build -t specdeck .
#     docker run --rm -it -v specdeck:/data specdeck
#
# Any Debian 12 base serves. A machine that needs settings for pip (a mirror, certificates) mounts its pip.conf during
# the build; nothing of it stays in the image.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The slow part comes first, so that a change of the code does not repeat it.
COPY constraints.txt ./
COPY scripts/lib scripts/lib
# The image runs on other machines than the one that builds it: on x86-64 any with AVX2, with CPU=portable any at all.
# llama.cpp can also choose among 14 builds at run time (GGML_BACKEND_DL, GGML_CPU_ALL_VARIANTS). With AVX2 that is as
# fast (prompt and answer take 1.02 times the CPU time), but it takes 2.3 times as long to build (1,080 s of CPU instead
# of 460), and it uses AMX wherever a machine announces it, which is what does not always run.
ARG CPU=avx2
RUN python3 -m venv .venv && bash -ec 'root=$PWD; source scripts/lib/setup.sh; level=$CPU; build_llama'
RUN bash -ec 'root=$PWD; source scripts/lib/setup.sh; install_torch'
COPY pyproject.toml README.md LICENSE ./
COPY engine engine
COPY tui tui
# Two environments: /app is what runs; .venv has PyTorch besides and turns the embedding model into an ONNX file.
RUN python3 -m venv /app \
    && /app/bin/pip install --no-cache-dir --constraint constraints.txt .setup/wheels/*/*.whl . \
    && .venv/bin/pip install --no-cache-dir --constraint constraints.txt .setup/wheels/*/*.whl '.[export]'
RUN export SPECDECK_HOME=/tmp/home SPECDECK_MODELS=/models \
    && .venv/bin/specdeck models pull all-minilm-l6-v2 \
    && .venv/bin/specdeck models pull smollm2-135m-instruct \
    && /app/bin/python -P -m engine.models.proof all-minilm-l6-v2 \
    && /app/bin/python -P -m engine.models.proof smollm2-135m-instruct \
    && chmod -R a+rX /models

FROM ${BASE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home specdeck \
    && install -d -o specdeck -g specdeck -m 0700 /data
COPY --from=build /app /app
COPY --from=build /models /models
ENV PATH=/app/bin:$PATH LANG=C.UTF-8 SPECDECK_HOME=/data SPECDECK_MODELS=/models
USER specdeck
VOLUME /data
ENTRYPOINT ["specdeck"]
