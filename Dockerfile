# CRM Monitor in a container: docs/service.md says how it is run, with a read-only file system.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY monitor monitor
COPY expectations/builtin expectations/builtin
COPY checks/builtin checks/builtin
COPY config/crms config/crms
COPY config/schedules config/schedules
RUN python -m venv /opt/crm-monitor \
    && /opt/crm-monitor/bin/pip install --no-cache-dir -c constraints.txt '.[postgresql,mysql]'

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin crm-monitor \
    && install -d -o crm-monitor -g crm-monitor -m 0700 /project/state
COPY --from=build /opt/crm-monitor /opt/crm-monitor
# HOME: libraries keep caches there; /tmp is a tmpfs where the file system is read-only.
ENV PATH=/opt/crm-monitor/bin:$PATH \
    CRM_MONITOR_PROJECT=/project \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1
USER crm-monitor
VOLUME ["/project/state"]
# Where service.listen names another port, this is to name it too.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 9464, timeout=5); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["crm-monitor"]
CMD ["serve"]
