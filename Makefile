# Tagwarden. `make help` lists the targets. Everything that is needed is installed on the way: Go modules, a Python environment in .venv, node_modules.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The tools, pinned.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOCYCLO     := github.com/fzipp/gocyclo/cmd/gocyclo@v0.6.0
GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
GREMLINS    := github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
MOTO        := moto[server]==5.2.1
CFNLINT     := cfn-lint==1.51.0
CYCLONEDX   := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# Our own packages, and those that may run with the race detector: jsii, under infra, races by itself.
ALL     := ./...
RACE    := $(shell go list ./... 2>/dev/null | grep -v /infra)
FUNCTIONS := config tags create guardduty securityhub securityhub-action config-rule inspector act operator clock buttons
FLAGS   := -trimpath -buildvcs=false -tags lambda.norpc -ldflags="-s -w"
# By executions and not by the clock: at a deadline, go test -fuzz now and then fails with "context deadline exceeded" and no input.
FUZZTIME ?= 10000x
POLICY   ?= policy.yaml
# Which deployment: the prefix of its names, the name of its stack, and more context for the CDK (CDK="-c email=ops@example.com"). DEPLOY is given to cdk deploy alone. A second deployment in the same
# account and region needs a prefix of its own, which its stack is named after. A policy with shadow: true has a stack of its own, and is compared with AGAINST.
PREFIX   ?= tagwarden
SHADOW   := $(shell grep -sE '^shadow: *true' $(POLICY))
STACK    ?= $(if $(SHADOW),Tagwarden-Shadow,Tagwarden$(patsubst %,-%,$(filter-out tagwarden,$(PREFIX))))
AGAINST  ?= policy.yaml
CONTEXT   = -c policy=$(POLICY) -c prefix=$(PREFIX) -c against=$(AGAINST)$(if $(SHADOW),, -c stack=$(STACK)) $(CDK)
# The deployed stacks that hold the rights, comma between. Of a hub also that of its own account's roles, under the name that it was given there, and the hub's
# settings once more: make diff STACKS=Tagwarden,tagwarden-member-roles IAM="--organization o-..." CDK="-c organization=o-...".
STACKS   ?= $(STACK)
TAGWARDEN ?= ./bin/tagwarden
# Where no organization is named (CDK="-c organization=o-...", or under context in cdk.json), synth and nag make the templates of an example's hub, too: nobody is to deploy these.
NAMED    := $(findstring organization=,$(CDK))$(shell grep -so '"organization":' cdk.json)
EXAMPLE  := $(if $(NAMED)$(SHADOW),,cdk.out/organization)
COUNT     = $$(find cdk.out -maxdepth 2 -name '*.template.json' | wc -l) templates
OF_NOBODY = $(if $(EXAMPLE),; $(EXAMPLE) is for an example organization: deploy none of it)
EVENTS   ?= 100000
SEED     ?= 1
EVERY    ?= 20

# The SDK reads AWS_CA_BUNDLE and cannot combine it with a client of our own; the CDK validates in one place only.
unexport AWS_CA_BUNDLE
export CDK_VALIDATION := false
export CDK_DISABLE_CLI_TELEMETRY := true
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: run
run: build moto-server ## Show the main job on this machine: events in, tags fixed, people told; no AWS account
	./bin/tagwarden local

.PHONY: test
test: check fuzz moto synth deploy-local ## All that CI runs: check, fuzz, moto, synth, deploy-local

.PHONY: check
check: ## Formatting, vet, staticcheck, import arrows, all tests with -race
	@out=$$(go run $(GOFUMPT) -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	  if [ -n "$$out" ]; then echo "run make format:"; echo "$$out"; exit 1; fi
	go vet -tags synth,moto $(ALL)
	go run $(STATICCHECK) -tags synth,moto $(ALL)
	go run $(GOCYCLO) -over 16 -ignore '_test\.go$$' cmd events functions infra internal # a function does one thing: parsers of patterns need 16, most 11
	go test -race $(RACE)

.PHONY: fuzz
fuzz: ## A short run of every fuzz test (FUZZTIME=10000x each; or a time: 30s)
	@for package in $$(git grep -lE '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do \
	  for name in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]*' $$package/*_test.go | sed 's/^func //'); do \
	    echo "fuzz ./$$package $$name"; \
	    go test ./$$package -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x; \
	  done; done

# About 3,000 mutants, each a build of one package and its tests, of two seconds: two hours for all on two cores that are free. Not part of test. What lives, and why it may: docs/mutants.md.
PACKAGES ?= guard pattern tag policy journal judge act
.PHONY: mutate
mutate: ## Mutation tests: at least 90 % of the mutants of each package that decides anything are killed (PACKAGES="guard tag")
	./scripts/mutate $(GREMLINS) 90 $(PACKAGES)

.PHONY: moto
moto: build moto-server ## The tests that need state: the journal, the tags remedy and the whole line against the emulator
	./scripts/with-moto go test -tags moto $$(git grep -lE '^//go:build moto' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's,^,./,')

.PHONY: tapes
tapes: moto-server ## Record anew what goes over the wire between the emulator and all remedies, or one: REMEDY=id
	$(if $(REMEDY),@go run ./cmd/tagwarden remedies $(REMEDY) >/dev/null)
	./scripts/with-moto go test -tags moto ./internal/remedies -run 'TestConformanceOnTheEmulator$(if $(REMEDY),/^$(REMEDY)$$)' -record

.PHONY: synth
synth: dist node_modules cfn-lint ## Test the stack, write its CloudFormation templates to cdk.out/, and those of an example organization to cdk.out/organization/; cdk-nag and cfn-lint over all
	go test -vet=off -tags synth ./infra/...
	rm -rf cdk.out
	CDK_VALIDATION=true npx cdk synth --quiet --no-notices $(CONTEXT) -c nag=true
	$(if $(EXAMPLE),npx cdk synth --quiet --no-notices $(CONTEXT) -c nag=true -c organization=o-exampleorgid --output $(EXAMPLE))
	PATH="$(CURDIR)/.venv/bin:$$PATH" cfn-lint cdk.out/*.template.json $(if $(EXAMPLE),$(EXAMPLE)/*.template.json) samples/*.yaml
	@echo "$(COUNT): cfn-lint and cdk-nag found nothing$(OF_NOBODY)"

.PHONY: nag
nag: dist node_modules ## cdk-nag over all templates: AwsSolutions and NIST 800-53 R5; what is found and not justified fails
	rm -rf cdk.out
	npx cdk synth --quiet --no-notices $(CONTEXT) -c nag=true
	$(if $(EXAMPLE),npx cdk synth --quiet --no-notices $(CONTEXT) -c nag=true -c organization=o-exampleorgid --output $(EXAMPLE))
	@echo "$(COUNT): cdk-nag found nothing$(OF_NOBODY)"

.PHONY: storm
storm: ## A storm of events against a stand-in for AWS in process: each violation answered once, nothing lost (EVENTS=100000 SEED=1)
	go run ./internal/storm/cmd -events $(EVENTS) -seed $(SEED) $(if $(PLANT),-plant $(PLANT))

.PHONY: crash
crash: moto-server ## Break the line at each of its calls, for every remedy, and deliver again: N points, N held (EVERY=1 for all points; PLANT=before-image to see it go red)
	@mkdir -p bin; rm -f bin/crash.txt; status=0; \
	  go test -tags moto -count 1 -timeout 0 ./internal/remedies -run '^TestCrash$$' -crash.every $(EVERY) -crash.least 2000 -crash.report $(CURDIR)/bin/crash.txt \
	    $(if $(PLANT),-crash.plant $(PLANT)) >bin/crash.log 2>&1 || status=$$?; \
	  if [ -f bin/crash.txt ]; then cat bin/crash.txt; else tail -50 bin/crash.log; fi; exit $$status

.PHONY: build
build: ## Build the command line and the functions for this machine into bin/
	go build -trimpath -buildvcs=false -o bin/tagwarden ./cmd/tagwarden
	@for f in $(FUNCTIONS); do CGO_ENABLED=0 go build $(FLAGS) -o bin/functions/$$f/bootstrap ./functions/$$f; done

# What is deployed is built by exactly the toolchain that go.mod names, whatever newer one is installed here.
.PHONY: functions
functions: export GOTOOLCHAIN := $(shell sed -n 's/^toolchain //p' go.mod)
functions:
	@for f in $(FUNCTIONS); do \
	  CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build $(FLAGS) -o dist/$$f/bootstrap ./functions/$$f; done

.PHONY: dist
dist: functions ## Build the functions as Lambda runs them (arm64, static) into dist/, each with the policy beside it
	go run ./cmd/tagwarden bundle --policy $(POLICY) --against $(AGAINST) $(FUNCTIONS:%=dist/%)

.PHONY: cli
cli:
	@go build -trimpath -buildvcs=false -o bin/tagwarden ./cmd/tagwarden

.PHONY: bootstrap
bootstrap: dist node_modules ## Make what the CDK needs in the AWS account and region of your credentials, once for each
	npx cdk bootstrap --no-notices $(CONTEXT)

.PHONY: preflight
preflight: cli ## Look at the AWS account of your credentials for what would keep the policy from working there
	$(TAGWARDEN) preflight --policy $(POLICY) --prefix $(PREFIX) --stack $(STACK)

.PHONY: deploy
deploy: cli dist node_modules ## Look at the AWS account of your credentials (PREFLIGHT=off: do not), and deploy the stack (PREFIX=tagwarden; CDK="-c email=ops@example.com")
	@if [ "$(PREFLIGHT)" != off ]; then \
	  status=0; $(TAGWARDEN) preflight --deploy --policy $(POLICY) --prefix $(PREFIX) --stack $(STACK) || status=$$?; \
	  if [ $$status -eq 1 ]; then echo "The deployment would fail: see above, or go on with PREFLIGHT=off." >&2; exit 1; fi; \
	  if [ $$status -ne 0 ]; then echo "The account was not looked at, and nothing was deployed: see above, or go on without the look by PREFLIGHT=off." >&2; exit 1; fi; fi
	npx cdk deploy $(STACK) --no-notices $(CONTEXT) $(DEPLOY)

# Without POLICY the policy is one of its own, under which every event ends with a resource that is put right. The functions are those of this machine, so that they can run.
STAGED = $(if $(filter file,$(origin POLICY)),testdata/deploy/policy.yaml,$(POLICY))
.PHONY: deploy-local
deploy-local: build node_modules moto-server ## Deploy the synthesized template on the emulator, compare it, and have events fixed by what is deployed (POLICY=policy.yaml)
	@rm -rf bin/stage; for f in $(FUNCTIONS); do mkdir -p bin/stage/dist/$$f; cp bin/functions/$$f/bootstrap bin/stage/dist/$$f/; done
	@./bin/tagwarden bundle --policy $(STAGED) $(FUNCTIONS:%=bin/stage/dist/%)
	npx cdk synth --quiet --no-notices -c policy=$(STAGED) -c dist=bin/stage/dist --output bin/stage/cdk.out
	./bin/tagwarden stage --template bin/stage/cdk.out/Tagwarden.template.json --released testdata/stack/released/fix.template.json --seed testdata/deploy/seed.yaml \
	  $(if $(filter file,$(origin POLICY)),,--answered) testdata/deploy/events

.PHONY: diff
diff: cli dist node_modules ## Show what a deployment would change: the rights in words, then the whole template
	@status=0; $(TAGWARDEN) iam --policy $(POLICY) --prefix $(PREFIX) --against-stack $(STACKS) $(IAM) || status=$$?; \
	  if [ $$status -gt 1 ]; then echo "What changes in rights is not known in words." >&2; fi
	npx cdk diff $(STACK) --no-notices $(CONTEXT)

.PHONY: destroy
destroy: cli dist node_modules ## Show what is open, ask (YES=1: do not), and remove the stack; the journal's table stays
	@YES=$(YES) TAGWARDEN=$(TAGWARDEN) ./scripts/destroy $(STACK) $(PREFIX) $(CONTEXT)

.PHONY: docs
docs: node_modules cfn-lint ## Write the generated files anew: the catalog, lists in docs/, golden files of the stack
	go test ./internal/catalog -update
	go test ./cmd/tagwarden -run TestDocs -update
	go test . -run TestLicences -update
	go test -vet=off -tags synth ./infra/... -update

.PHONY: reproduce
reproduce: ## Build every function twice from nothing, in two folders and with two build caches: the same commit gives the same bits (20 minutes on two cores)
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; ./scripts/reproduce apart "$$folder" $(FUNCTIONS)

# The SBOM is read out of the very binaries that are deployed. GOPROXY=off: what they are made of is here already, and our own module is nobody else's business.
.PHONY: sbom
sbom: dist ## Write what each function is made of to bin/sbom/, as CycloneDX
	@mkdir -p bin/sbom bin/tools; GOBIN=$(CURDIR)/bin/tools go install $(CYCLONEDX)
	@for f in $(FUNCTIONS); do \
	  GOPROXY=off bin/tools/cyclonedx-gomod bin -json -licenses -std -noserial -notimestamp -output bin/sbom/$$f.cdx.json dist/$$f/bootstrap 2>bin/sbom/$$f.log || { cat bin/sbom/$$f.log; exit 1; }; \
	  echo "bin/sbom/$$f.cdx.json: $$(grep -c '"purl"' bin/sbom/$$f.cdx.json) components"; done

# Not part of test: the database of vulnerabilities is asked for at vuln.go.dev, which not every place of work can reach.
.PHONY: vulncheck
vulncheck: ## Ask Go's database of vulnerabilities about all that the functions and the command line call (needs vuln.go.dev)
	go run $(GOVULNCHECK) -tags lambda.norpc ./functions/... ./cmd/...

.PHONY: licences
licences: ## Write the licences of all that is linked or used to build, into docs/licences.md
	go test . -run TestLicences -update

.PHONY: bench
bench: ## Benchmarks: what one compliant event costs, matching, judging tags
	go test -run '^$$' -bench . -benchmem ./events ./internal/judge ./internal/pattern ./internal/tag ./internal/policy

.PHONY: format
format: ## Format all Go files
	go run $(GOFUMPT) -w $$(git ls-files --cached --others --exclude-standard '*.go')

.PHONY: lint
lint: ## golangci-lint with .golangci.yml, if you have it
	golangci-lint run

.PHONY: clean
clean: ## Remove what was built and installed here
	rm -rf bin dist cdk.out .venv node_modules

# The emulator comes from PyPI into .venv; where PyPI cannot be reached, moto_server from PATH serves.
.PHONY: moto-server
moto-server:
	@./scripts/python moto_server '$(MOTO)'

.PHONY: cfn-lint
cfn-lint:
	@./scripts/python cfn-lint '$(CFNLINT)'

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules
