# `make` shows the targets. Tools are pinned in tools/go.mod and built into bin/;
# buf and those of the page are pinned in web/package-lock.json, and what the tests of
# clients call the service with in tools/clients/package-lock.json.

SHELL := /bin/bash
GO    ?= go
BUF   := web/node_modules/.bin/buf
NODE  := web/node_modules/.package-lock.json
NPM   := tools/clients/node_modules/.package-lock.json
PG    := $(lastword $(sort $(wildcard /usr/lib/postgresql/*/bin/initdb)) $(shell command -v initdb))

# The compiler and the linker collect their garbage only where it comes to 1 GB, which the largest packages
# alone come near, and leave out what only a debugger reads: the largest compile in a quarter less of the processor's time, or
# less still, the tests of eval link in 1.7 s where they took 2.2, and the command in a tenth less without its table of
# symbols. It changes nothing of what they build.
# All that is built here, tests too, is built as the image is (see the Dockerfile): a package compiled for one is
# there for the other. What looks for races is compiled for itself.
GOFLAGS := $(shell $(GO) env GOFLAGS 2>/dev/null)
ifeq (,$(findstring grpcnotrace,$(GOFLAGS)))
GOFLAGS := $(GOFLAGS) -trimpath -tags=grpcnotrace -gcflags=all=-dwarf=false -ldflags=-s "-toolexec=env GOGC=off GOMEMLIMIT=1GiB"
endif
export GOFLAGS
export CGO_ENABLED := 0

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: install
install: ## Fetch the modules, install what the tests need, build what they call
	$(GO) mod download
	@$(MAKE) --no-print-directory needs
	@$(MAKE) --no-print-directory -j 2 tools

.PHONY: run
run: ## Serve on http://127.0.0.1:8080, with nothing else to install
	$(GO) run ./cmd/debate serve

# The faults hold real servers to milliseconds: their tests come last, alone.
ALONE := /internal/faults$$
# What only computes, or calls a program in a process of its own, has no races to find, and takes five times as long
# when they are looked for. What eval runs at the same time, the tests of the service and of the command run too.
PLAIN := /(cdktf|cmd/rotate|deploy|proto/.*|internal/(aside|claim|classify|config|debate|eval|flow|format|freeport|gate|llm/offline|phrase|prompt))(/|$$)
# In SQLite, which is C turned into Go, no pointers are checked and no races looked for: its memory is none
# that the detector knows, and looking takes a good part of the time. Its driver is looked at.
# In what is not our own, and not Go's, no function is put into another: it is looked at as before, and compiled in
# 6 to 7 tenths of the time (pgx' types took 9.2 s of the processor and take 5.4, Redis' client 31 and 20).
RACE  := -race "-gcflags=all=-dwarf=false -l" -gcflags=std=-dwarf=false "-gcflags=github.com/debate-chatbot/...=-dwarf=false" \
	"-gcflags=modernc.org/...=-dwarf=false -d=checkptr=0" \
	"-gcflags=modernc.org/sqlite/lib=-dwarf=false -race=false" "-gcflags=modernc.org/libc/...=-dwarf=false -race=false"
# The packages that have tests, and that grep finds.
tested = $$($(GO) list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | grep $(1))

# Two stages at a time: where one waits, another computes. What a stage says is shown when it has ended.
TOGETHER = -j 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync)

.PHONY: test
test: ## Run all tests
	@$(MAKE) --no-print-directory -j 2 needs program
	@echo "Testing the page and the service, two stages at a time; what each says is shown at its end."
	@$(MAKE) --no-print-directory $(TOGETHER) test-race test-page test-plain
	@$(MAKE) --no-print-directory test-alone

# program compiles what several stages need, while what is installed is on its way.
.PHONY: program
program: bin/grpcurl
	$(GO) build -o .cache/debate ./cmd/debate

# `make check` vets all packages; go test need not do so again, with all they depend on. Three packages at a
# time: the tests of the cache, of clients and of the terminal wait for most of their time.
.PHONY: test-race test-plain test-alone test-page
test-race: bin/grpcurl $(NODE) $(NPM)
	CGO_ENABLED=1 $(GO) test $(RACE) -vet=off -timeout 10m -p 3 $(call tested,-Ev '$(ALONE)|$(PLAIN)')

# None of these measures its memory: with garbage collected less often two of flow's took a sixth less.
test-plain:
	GOGC=400 $(GO) test -vet=off -timeout 15m $(call tested,-E '$(PLAIN)')

test-alone:
	$(GO) test -vet=off -timeout 10m $(call tested,-E '$(ALONE)')

test-page: $(NODE)
	cd web && GO="$(GO)" npm --silent test

# The packages whose tests start no PostgreSQL, Redis or process of the service.
UNIT = $$($(GO) list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{join .TestImports " "}} {{join .XTestImports " "}}{{end}}' ./internal/... ./proto/... ./cmd/... | \
	grep -Ev '/(pgtest|redistest|faults|clients)' | cut -d ' ' -f 1)

# Three packages at a time, and eight tests of each: those of the terminal, of the server and of models' servers
# wait for most of their time. The longest measures take a sample (-short); make test takes them whole.
.PHONY: unit
unit: ## Run the tests that need nothing but Go
	$(GO) test -short -vet=off -p 3 -parallel 8 $(UNIT)

.PHONY: check
check: needs ## Check that generated code is current, the contract, the style, and the stacks for misconfigurations
	@$(MAKE) --no-print-directory $(TOGETHER) lint contract scan

# Connect's clients send Connect-Protocol-Version; nobody has to, whatever the generator says.
unversioned = sed -i.old '/name: Connect-Protocol-Version/{n;n;/required: true/d;}' $(1) && rm $(1).old

.PHONY: contract
contract: $(NODE)
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	$(BUF) generate -o "$$fresh" && \
	$(call unversioned,"$$fresh/internal/server/openapi/openapi.yaml") && \
	$(BUF) generate --template web/buf.gen.yaml -o "$$fresh" && \
	diff -r web/src/gen "$$fresh/web/src/gen" && \
	diff -r -x "*.proto" -x "*_test.go" proto/debate "$$fresh/proto/debate" && \
	diff -r internal/server/openapi "$$fresh/internal/server/openapi" -x '*.go' || \
	{ echo "The generated code is not what proto says; run: make generate"; exit 1; }
	$(BUF) lint
	$(BUF) breaking --against proto/baseline.binpb
	cd web && npm --silent run check

# govet is among its linters.
.PHONY: lint
lint: bin/golangci-lint
	bin/golangci-lint run

.PHONY: generate
generate: $(NODE) ## Generate the code of proto and ent, the packed bank, and what the page is built into
	$(BUF) generate
	$(call unversioned,internal/server/openapi/openapi.yaml)
	$(BUF) generate --template web/buf.gen.yaml
	$(GO) generate ./ent ./internal/llm/offline/bank
	@$(MAKE) --no-print-directory web

.PHONY: web
web: $(NODE) ## Build the page that the service embeds
	cd web && npm --silent run build

.PHONY: docs
docs: $(NPM) ## Take the pinned Swagger UI, which shows the contract at /docs
	cp tools/clients/node_modules/swagger-ui-dist/LICENSE internal/server/docs
	cd tools/clients/node_modules/swagger-ui-dist && for f in swagger-ui.css swagger-ui-bundle.js; do gzip -9nc $$f > ../../../../internal/server/docs/$$f.gz; done

.PHONY: pictures
pictures: $(NODE) ## Make the README's pictures anew, from the tests of the page
	cd web && PICTURES=../docs/images GO="$(GO)" ONLY="is seen whole|from a view to a verdict" npm --silent test

.PHONY: baseline
baseline: $(NODE) ## Accept the contract as it is: later changes must not break it
	$(BUF) build -o proto/baseline.binpb

.PHONY: bench
bench: ## Run the benchmarks, and put the tables of turns and their picture into docs/performance.md
	@mkdir -p .cache/bench
	set -o pipefail; $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 15m ./internal/bench | tee .cache/bench/turns.txt
	$(GO) run ./internal/bench/plot docs < .cache/bench/turns.txt
	$(GO) test -run '^$$' -bench . -benchmem -timeout 30m $$($(GO) list ./internal/... | grep -v /internal/bench)

.PHONY: faults
faults: ## Have every fault of a model's provider pass a hundred times, and those of databases and leases
	$(GO) test -run TestEveryFault -count 100 -timeout 30m ./internal/llm/openai
	$(GO) test -run 'Refusal|Loading|Trouble|CannotGrow|WithoutRoom|PgBouncer|CommitIsRepeated|UnderWay|NothingGoesOn' -timeout 30m ./internal/store ./internal/cache ./internal/turn

.PHONY: real
real: needs ## Try the service against real model servers, proxies, PgBouncer and the OpenTelemetry Collector
	@missing=(); \
	for p in haproxy pgbouncer; do [ -x /usr/sbin/$$p ] || missing+=($$p); done; \
	if [ $${#missing[@]} -eq 0 ]; then :; \
	elif [ "$$(id -u)" = 0 ]; then DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null; \
	else echo "make real needs $${missing[*]}. Install them with: sudo apt-get install $${missing[*]}"; exit 1; fi
	$(GO) build -o .cache/real/debate ./cmd/debate
	cd tools/real && $(GO) build -o ../../.cache/real/collector ./collector
	cd tools/real && $(GO) build -o ../../.cache/real/caddy github.com/caddyserver/caddy/v2/cmd/caddy
	internal/real/fetch.sh .cache/real
	$(GO) test -tags real -count 1 -timeout 30m ./internal/real
	pg="$(CURDIR)/.cache/real/postgresql/usr/lib/postgresql/18/bin"; if [ -x "$$pg/initdb" ]; then PATH="$$pg:$$PATH" $(GO) test -count 1 -timeout 30m ./internal/store/... ./internal/turn; fi
	if [ -x .cache/real/valkey/redis-server ]; then PATH="$(CURDIR)/.cache/real/valkey:$$PATH" $(GO) test -count 1 -timeout 30m ./internal/cache; fi

.PHONY: image
image: ## Compile the image's binary for both architectures
	for a in amd64 arm64; do CGO_ENABLED=0 GOOS=linux GOARCH=$$a $(GO) build -tags grpcnotrace -trimpath -buildvcs=false -ldflags "-s -w -buildid=" -o .cache/image/$$a/debate ./cmd/debate || exit 1; done

.PHONY: deploy
deploy: ## Deploy on AWS: make deploy ENV=staging VERSION=1.2.0
	@ENV="$(ENV)" VERSION="$(VERSION)" deploy/deploy.sh

.PHONY: rotate-zip
rotate-zip: ## Build the function that rotates the API keys, for AWS Lambda
	$(GO) run ./cmd/rotate/pack .cache/rotate arm64

.PHONY: scan
scan: .cache/scan ## Look for misconfigurations of the AWS stack
	GOGC=400 .cache/scan cdktf/testdata/*.tf.json

.cache/scan: $(wildcard cdktf/check/scan/*.go cdktf/check/stub/schema/*.go) cdktf/check/go.mod
	cd cdktf/check && $(GO) build -o ../../.cache/scan ./scan

.PHONY: vuln
vuln: bin/govulncheck ## Look for known vulnerabilities, where their database can be reached
	@bin/govulncheck ./...; case $$? in \
	0) ;; \
	3) echo "Vulnerabilities were found: see above."; exit 1 ;; \
	*) echo "Nothing was checked: see above. govulncheck reads its database at https://vuln.go.dev; run this where that can be reached."; exit 1 ;; \
	esac

.PHONY: down
down: ## Stop what compose.yaml started, with its data
	@if docker info >/dev/null 2>&1; then docker compose down --volumes; \
	else echo "Nothing to stop: there is no Docker engine, and 'make run' ends with Ctrl-C."; fi

.PHONY: clean
clean: ## Remove what was built here
	rm -rf bin .cache cdktf.out web/.cache web/node_modules tools/clients/node_modules

# Fetched and compiled two at a time they are there sooner.
.PHONY: tools
tools: bin/grpcurl $(NODE) $(NPM)
	@:

# What the tests need besides Go: a C compiler for the race detector, PostgreSQL, PgBouncer, Redis, nginx, and for the page Node and a browser.
# Chromium without a window is the same engine, and opens a page for a third of the processor's time.
.PHONY: needs
needs:
	@missing=(); \
	command -v "$$($(GO) env CC)" >/dev/null || missing+=(gcc libc6-dev); \
	command -v redis-server >/dev/null || missing+=(redis-server); \
	[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || missing+=(nginx); \
	[ -n "$(PG)" ] || missing+=(postgresql); \
	command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer); \
	command -v node >/dev/null || missing+=(nodejs); \
	command -v npm >/dev/null || missing+=(npm); \
	command -v curl >/dev/null || missing+=(curl); \
	command -v python3 >/dev/null || missing+=(python3); \
	python3 -c 'import grpc_tools' 2>/dev/null || /usr/bin/python3 -c 'import grpc_tools' 2>/dev/null || missing+=(python3-grpcio python3-grpc-tools); \
	[ -n "$$CHROMIUM" ] || command -v chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable >/dev/null || missing+=(chromium); \
	if [ $${#missing[@]} -eq 0 ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq || exit; \
	  if apt-cache show chromium-headless-shell >/dev/null 2>&1; then missing=("$${missing[@]/chromium/chromium-headless-shell}"); fi; \
	  echo "Installing $${missing[*]}"; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null; \
	else \
	  echo "The tests need $${missing[*]}. Install them, on Debian or Ubuntu with: sudo apt-get install $${missing[*]}"; exit 1; \
	fi; \
	node -e 'process.exitCode = Number(parseInt(process.versions.node) < 18)' || \
	{ echo "The page's tools need Node 18 or later, and this is $$(node --version). Install a newer one and put it first in PATH."; exit 1; }

$(NODE): web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(NPM): tools/clients/package.json tools/clients/package-lock.json
	cd tools/clients && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

bin/golangci-lint: PACKAGE = github.com/golangci/golangci-lint/v2/cmd/golangci-lint
bin/govulncheck:   PACKAGE = golang.org/x/vuln/cmd/govulncheck
bin/%: tools/go.mod
	$(GO) build -modfile=tools/go.mod -o $@ $(PACKAGE)
	@touch $@

# grpcurl without Envoy's way to find a server, which is a third of what it compiles.
bin/grpcurl: tools/go.mod
	@mkdir -p .cache/grpcurl
	@from=$$($(GO) list -modfile=tools/go.mod -f '{{.Dir}}' github.com/fullstorydev/grpcurl/cmd/grpcurl) && \
	for f in grpcurl unix; do sed '/grpc\/xds"$$/d' $$from/$$f.go > .cache/grpcurl/$$f.go || exit 1; done
	$(GO) build -modfile=tools/go.mod -o $@ ./.cache/grpcurl
	@touch $@
