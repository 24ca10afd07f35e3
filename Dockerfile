# Belfry as a container: the server that the build makes, the packages that it needs at run time, and nothing else.

# The current LTS. Pin it to a digest with: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24-bookworm-slim

# What both npm stages start from: the lists of packages alone, so that a change of the sources installs nothing anew.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./

# No package of ours needs its install script, so none is run.
FROM packages AS build
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json vite.config.ts ./
COPY src src/
COPY client client/
COPY docs/asyncapi.yaml docs/
RUN npm run build

# Source maps and type declarations are half of these packages, and nothing reads them at run time.
FROM packages AS production
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && find node_modules -type f '(' -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' ')' -delete

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Belfry" \
      org.opencontainers.image.description="A real-time announcement-channel server" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"

# The user "node" of the base image, by number: a platform that insists on non-root can tell from the image alone.
# Nobody else has business in what was said on the channels.
RUN install -d -o 1000 -g 1000 -m 700 /data
ENV NODE_ENV=production DATA_DIR=/data
VOLUME /data

# All of it stays root's: the server can read its own code and not change it.
WORKDIR /app
COPY package.json ./
COPY scripts/healthcheck.mjs scripts/
COPY --from=production /app/node_modules node_modules/
COPY --from=build /app/dist dist/

USER 1000:1000
EXPOSE 8080

# Ready costs one short-lived Node process each time; three misses in a row are fifteen seconds.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]

# No shell and no npm in between: the server is PID 1 and gets the signal itself. It leaves within DRAIN_SECONDS.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/main.js"]
