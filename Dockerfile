# syntax=docker/dockerfile:1
# Pin it by digest for builds that can be repeated: PYTHON_IMAGE=python@sha256:…
ARG PYTHON_IMAGE=python:3.11-slim-trixie

FROM ${PYTHON_IMAGE} AS build
# Where pip finds CPU builds of torch, e.g. PyTorch's own index of CPU wheels; needed unless
# pip's own index has them. PIP_INDEX_URL names another index for everything else.
ARG TORCH_INDEX=""
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PIP_ONLY_BINARY=:all: \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /src
# The environment of the image has no pip of its own: nothing is installed at run time.
RUN python -m venv --without-pip /opt/huibao && python -m venv /opt/build
COPY deploy/torch.lock deploy/requirements.lock deploy/build.lock deploy/
# Each in a layer of its own; torch first: it is large, and changes least.
RUN pip --python /opt/huibao/bin/python install --no-compile --no-deps --require-hashes \
    ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} --requirement deploy/torch.lock
# hadolint ignore=DL3059
RUN pip --python /opt/huibao/bin/python install --no-compile --no-deps --require-hashes \
    --requirement deploy/requirements.lock
# hadolint ignore=DL3059
RUN /opt/build/bin/pip install --require-hashes --requirement deploy/build.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY report report
COPY extraction extraction
COPY models models
COPY evaluation evaluation
COPY training training
COPY service service
# The lock must be whole (pip check), and bytecode must not depend on the clock. The two files
# left out are for other versions of Python.
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && pip --python /opt/huibao/bin/python install --no-compile --no-deps --no-index \
        /wheels/huibao-*.whl \
    && pip --python /opt/huibao/bin/python check \
    && PYTHONHASHSEED=0 /opt/huibao/bin/python -m compileall -q \
        --invalidation-mode unchecked-hash -x '/(olefile2|py312_intrinsics)\.py$' /opt/huibao/lib

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="huibao" \
      org.opencontainers.image.description="Splits Chinese work reports into achievements, problems and plans" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
# With LIBREOFFICE=1 .doc and .wps files are read as well; the image grows by some hundred MB.
# Its version is the distribution's, so that rebuilding brings its security updates.
ARG LIBREOFFICE=0
# hadolint ignore=DL3008
RUN if [ "$LIBREOFFICE" = 1 ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends libreoffice-writer-nogui \
        && rm -rf /var/lib/apt/lists/*; \
    fi
# The base image has pip, which nothing needs here, and no bytecode of the standard library: on a
# read-only file system every reader of a file would compile it anew, 0.2 s each time.
RUN pip uninstall --yes pip setuptools wheel \
    && PYTHONHASHSEED=0 python -m compileall -q --invalidation-mode unchecked-hash \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
RUN groupadd --gid 10001 huibao \
    && useradd --uid 10001 --gid huibao --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin huibao
COPY --from=build /opt/huibao /opt/huibao
COPY deploy/healthcheck.py /opt/huibao/healthcheck.py
# Nothing is fetched and nothing reported at run time. On a read-only file system /dev/shm still
# takes what must be written: gunicorn's heartbeat, and the files that are being read.
# There are no keys here, so `serve` refuses to start before it is given some.
ENV PATH=/opt/huibao/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TMPDIR=/dev/shm \
    DO_NOT_TRACK=1 \
    HF_HUB_OFFLINE=1 \
    HF_HUB_DISABLE_TELEMETRY=1 \
    HUIBAO_HOST=0.0.0.0 \
    HUIBAO_PORT=8000
USER 10001:10001
WORKDIR /
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-I", "/opt/huibao/healthcheck.py"]
ENTRYPOINT ["huibao"]
CMD ["serve"]
