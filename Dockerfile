# The image of the worker and of everything else that runs beside it. The root file system may be read-only; only /tmp is written to.

# Debian, not Alpine: the Temporal SDK's native part is built for glibc.
FROM node:24.11.1-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY engine/package.json engine/
# No install scripts: what the packages need ships inside them.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
# The bill of materials of what has just been installed.
COPY tools/sbom.ts tools/
RUN node tools/sbom.ts > sbom.cdx.json

FROM node:24.11.1-bookworm-slim
# Certificates for TLS to Temporal: the native part reads the system's, which the slim image lacks.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 nodrift \
  && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin nodrift
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=packages /app/sbom.cdx.json ./
# .dockerignore lists what goes in.
COPY . .
ENV NODE_ENV=production TZ=UTC
USER 10001:10001
# Secrets come as files; this makes them variables of this process only.
ENTRYPOINT ["/bin/sh", "/app/deploy/with-secrets.sh"]
CMD ["node", "--import", "tsx", "worker/main.ts"]
