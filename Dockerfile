# syntax=docker/dockerfile:1
# The service as one static binary on an empty base: no shell, no package manager, no root.
# Builds for both architectures on any machine:
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=1.0.0 --tag debate-api:1.0.0 .

FROM --platform=$BUILDPLATFORM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
# Not `go mod download`: it would bring the AWS bindings, which are no part of the service.
COPY cmd ./cmd
COPY internal ./internal
COPY proto/debate ./proto/debate
COPY ent ./ent
COPY web/web.go ./web/web.go
COPY web/dist ./web/dist
ARG TARGETOS TARGETARCH VERSION=dev
# The same source gives the same bytes: no paths, no version control stamp, no build id. grpcnotrace leaves out
# the pages of golang.org/x/net/trace, whose templates would keep every method of every package in the binary. What -s -w
# take out at the end is not compiled at all: the packages are those of make, and what one has compiled is there for the other.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOFLAGS=-mod=readonly \
    go build -tags grpcnotrace -trimpath -buildvcs=false -gcflags=all=-dwarf=false -ldflags "-s -w -buildid= -X main.version=$VERSION" -o /rootfs/debate ./cmd/debate
COPY deploy/rds-ca.pem /rootfs/etc/ssl/certs/rds-ca.pem
# OpenAI's and AWS's certificates, zone names for a log's reader, and a user who owns nothing.
RUN cp /etc/ssl/certs/ca-certificates.crt /rootfs/etc/ssl/certs/ca-certificates.crt \
    && echo 'debate:x:65532:65532:debate:/:/sbin/nologin' > /rootfs/etc/passwd \
    && echo 'debate:x:65532:' > /rootfs/etc/group \
    && find /rootfs -exec touch --no-dereference --date=@0 {} +

FROM scratch
COPY --from=build /rootfs /
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/debate", "healthcheck"]
ENTRYPOINT ["/debate"]
CMD ["serve"]
