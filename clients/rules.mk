# `make clients`: the description as clients for Python, TypeScript and Java, in build/clients.
# The generators live in build/clients-tools, at the versions pinned in this folder.
OPENAPI ?= openapi.yaml
CLIENTS ?= build/clients
CLIENT_TOOLS := build/clients-tools
CLIENT_PYTHON := $(CLIENT_TOOLS)/python/bin
OPENAPI_GENERATOR = $(wildcard $(CLIENT_TOOLS)/python/lib/python3*/site-packages/openapi_generator_cli/openapi-generator.jar)
NODE_FITS := $(shell command -v npm >/dev/null && node -e "const [major, minor] = process.versions.node.split('.'); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)" && echo yes)
JAVA_FITS := $(shell command -v java >/dev/null && command -v patch >/dev/null && echo yes)
JAVA_GENERATOR = java -Dfile.encoding=UTF-8 -jar $(OPENAPI_GENERATOR)

.PHONY: clients python-client typescript-client java-client no-node no-java

clients: python-client \
	$(if $(NODE_FITS),typescript-client,no-node) \
	$(if $(JAVA_FITS),java-client,no-java)

no-node:
	@echo "clients: no TypeScript client: install Node.js 20.19 or later with npm" >&2

no-java:
	@echo "clients: no Java client: install Java 17 or later, and patch" >&2

# ruff, which puts the Python client in order, is one of the tools.
python-client: $(CLIENT_TOOLS)/python/.made
	rm -rf $(CLIENTS)/python
	mkdir -p $(CLIENTS)
	RUFF_NO_CACHE=true PATH="$(CURDIR)/$(CLIENT_PYTHON):$$PATH" $(CLIENT_PYTHON)/openapi-python-client generate \
		--path $(OPENAPI) --config clients/python.yaml --custom-template-path clients/python-templates \
		--meta pdm --output-path $(CLIENTS)/python --fail-on-warning

typescript-client: $(CLIENT_TOOLS)/node/.made
	rm -rf $(CLIENTS)/typescript
	CLIENT_FOLDER=$(CLIENTS)/typescript $(CLIENT_TOOLS)/node/node_modules/.bin/openapi-ts --silent \
		--file clients/typescript.config.mjs --input $(OPENAPI)

java-client: $(CLIENT_TOOLS)/java-templates/.made
	rm -rf $(CLIENTS)/java
	mkdir -p $(CLIENTS)/java
	cp clients/java.ignore $(CLIENTS)/java/.openapi-generator-ignore
	$(JAVA_GENERATOR) generate --config clients/java.yaml --input-spec $(OPENAPI) \
		--template-dir $(CLIENT_TOOLS)/java-templates --output $(CLIENTS)/java \
		>$(CLIENT_TOOLS)/java.log 2>&1 || { cat $(CLIENT_TOOLS)/java.log >&2; exit 1; }

$(CLIENT_TOOLS)/python/.made: clients/requirements.txt
	$(PYTHON) -m venv --clear $(CLIENT_TOOLS)/python
	$(CLIENT_PYTHON)/pip install --quiet --requirement clients/requirements.txt
	touch $@

$(CLIENT_TOOLS)/node/.made: clients/package.json clients/package-lock.json
	mkdir -p $(CLIENT_TOOLS)/node
	cp clients/package.json clients/package-lock.json $(CLIENT_TOOLS)/node
	npm ci --prefix $(CLIENT_TOOLS)/node --no-audit --no-fund --loglevel=error
	touch $@

$(CLIENT_TOOLS)/java-templates/.made: clients/java-templates.patch $(CLIENT_TOOLS)/python/.made
	rm -rf $(CLIENT_TOOLS)/java-templates
	$(JAVA_GENERATOR) author template --generator-name java --library native \
		--output $(CLIENT_TOOLS)/java-templates >/dev/null 2>&1
	patch --quiet --strip=1 --directory=$(CLIENT_TOOLS)/java-templates <clients/java-templates.patch
	touch $@
