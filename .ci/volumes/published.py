"""The published extensions, and LocalStack's own installer beside ours."""

import json
import re

from environment import ROOT
from localstack_image import MODULE, PYTHON, VENV, in_container

from .machine import CONTAINER, PACKAGES, PIP, UV, distributions, normal
from .tree import listing

# As they are on PyPI: the extension's name, and its entry point.
PUBLISHED = {
    "localstack-claude==0.1.0": ("claude", "claude = localstack_claude.extension:ClaudeExtension"),
    "localstack-extension-authress==0.1.24": (
        "localstack-extension-authress",
        "localstack-extension-authress = localstack_extension_authress.extension:AuthressExtension",
    ),
    "localstack-extension-aws-proxy==0.2.5": ("aws-proxy", "aws-proxy = aws_proxy.server.extension:AwsProxyExtension"),
    "localstack-extension-aws-replicator==0.1.25": (
        "aws-replicator",
        "aws-replicator = aws_replicator.server.extension:AwsReplicatorExtension",
    ),
    "localstack-extension-diagnosis-viewer==0.1.1": (
        "diagnosis-viewer",
        "diagnosis-viewer = diagnosis_viewer.extension:DiagnosisViewerExtension",
    ),
    "localstack-extension-hello-world==0.1.1": ("hello-world", "hello-world = helloworld.extension:HelloWorldExtension"),
    "localstack-extension-httpbin==0.1.2": ("httpbin", "httpbin = localstack_httpbin.extension:HttpbinExtension"),
    "localstack-extension-mailhog==0.2.0": ("mailhog", "mailhog = mailhog.extension:MailHogExtension"),
    "localstack-extension-miniflare==0.1.3": ("miniflare", "miniflare = miniflare.extension:MiniflareExtension"),
    "localstack-extension-openai==0.1.0": (
        "openai",
        "localstack_openai = localstack_openai.extension:LocalstackOpenAIExtension",
    ),
    "localstack-extension-pgvector==0.2.0": ("pgvector", "pgvector = extension:PgVectorExtension"),
    "localstack-extension-resource-graph==0.2.0.post3": (
        "resource-graph",
        "resource_graph = resource_graph.extension:ResourceGraph",
    ),
    "localstack-extension-stripe==0.1.0": ("localstripe", "localstripe = localstack_stripe.extension:LocalstripeExtension"),
    "localstack-extension-tailscale==0.1.0": (
        "localstack-extension-tailscale",
        "localstack_extension_tailscale = localstack_extension_tailscale.extension:LocalStackTailscale",
    ),
    "localstack-extension-terraform-init==0.3.1": (
        "localstack-terraform-init",
        "localstack-terraform-init = localstack_terraform_init.extension:TflocalInitExtension",
    ),
    "localstack-extension-typedb==0.1.2": ("typedb", "localstack_typedb = localstack_typedb.extension:TypeDbExtension"),
    "localstack-keycloak==0.1.0": ("keycloak", "localstack_keycloak = localstack_keycloak.extension:KeycloakExtension"),
    "localstack-paradedb==0.1.0": ("paradedb", "localstack_paradedb = localstack_paradedb.extension:ParadeDbExtension"),
    "localstack-wiremock==0.1.1": ("localstack-wiremock", "localstack-wiremock = localstack_wiremock.extension:WireMockExtension"),
    "localstack-xero==0.1.2": ("xero", "xero = localstack_xero.extension:XeroExtension"),
    "sqs-admin==0.9.1": ("sqs-admin", "sqs-admin = sqs_admin.extension:SqsAdmin"),
}
HELLO = "localstack-extension-hello-world"
LOADED = {"hello-world", "openai", "miniflare"}
# One imports what only a licensed LocalStack has, the wheel of the other lacks a module of its own.
NOT_FOUND = {"mailhog", "pgvector"}
# By LocalStack's image: no volume may have it beside that.
BROUGHT = {normal(line.split("==")[0]) for line in (ROOT / "runtime/constraints.txt").read_text().splitlines() if "==" in line}
OF_THE_IMAGE = BROUGHT | {"localstack-core", "localstack", "localstack-ext"}

LOAD = """
import json
from plux import PluginManager
manager = PluginManager("localstack.extensions")
found = manager.list_names()
manager.load_all()
print(json.dumps({"found": found, "loaded": [name for name in found if manager.is_loaded(name)]}))
"""
IMPORT = """
import json, sys
import gevent, psycopg2, aiohttp, greenlet, localstack.extensions.api
print(json.dumps([sys.prefix, "%d.%d" % sys.version_info[:2], gevent.__file__, psycopg2._psycopg.__file__]))
"""


def published(proof, by):
    """Installed once, for whichever step asks first."""
    volume = proof.volume(f"published-{by}")
    with proof.locks[by]:
        if not volume.exists():
            proof.works("published", by, volume, "install", *PUBLISHED)
    return volume


def lists(proof, by):
    volume = published(proof, by)
    data = json.loads(proof.run(by, volume, "list", "--json").stdout)["data"]
    told = {
        f"{one['name']}=={one['version']}": (plugin["name"], f"{plugin['entryPoint']} = {plugin['object']}")
        for one in data["extensions"]
        for plugin in one["plugins"]
    }
    proof.report(f"published {by}", "its list", told, PUBLISHED)
    proof.report(f"published {by}", "nothing of LocalStack's", set(distributions(volume)) & OF_THE_IMAGE, set())
    odd = [path for path in listing(volume) if path == f"{PACKAGES}/bin" or path.startswith((f"{PACKAGES}/.", "lib/extensions/."))]
    proof.report(f"published {by}", "nothing but what belongs there", odd, [])
    if by == PIP:
        proof.report("published", "uv and pip give the same", distributions(volume), distributions(published(proof, UV)))


def container(proof, by):
    volume, step = published(proof, by), f"container {by}"
    inside = lambda *words: in_container(proof.machine.image, volume, *words)
    done = inside(f"{VENV}/bin/python", "-c", IMPORT)
    seen = done.stdout.strip() or done.stderr
    proof.report(step, "its Python and compiled parts", seen.startswith(f'["{VENV}", "3.13", "{VENV}/'), True)
    proof.report(step, seen, "error" in seen.lower(), False)
    done = inside(f"{VENV}/bin/pip", "list", "--format=json", "--disable-pip-version-check", f"--path={VENV}/lib/python3.13/site-packages")
    there = {normal(one["name"]): one["version"] for one in json.loads(done.stdout or "[]")}
    proof.report(step, "its pip sees the same", there, distributions(volume))
    done = inside(f"{VENV}/bin/pip", "check")
    proof.report(step, "what its pip complains of", [line for line in done.stdout.splitlines() if is_of_packages(line)], [])
    done = inside(f"{VENV}/bin/slugify", "A Word")
    proof.report(step, "a program of a dependency", (done.stdout, done.stderr), ("a-word\n", ""))
    done = inside(PYTHON, "-c", LOAD)
    plugins = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {"found": done.stderr, "loaded": []}
    proof.report(step, "Plux finds each", sorted(plugins["found"]), sorted({name for name, _ in PUBLISHED.values()} - NOT_FOUND))
    proof.report(step, f"and loads {plugins['loaded']}", LOADED <= set(plugins["loaded"]), True)


def installer(proof, by):
    """LocalStack's own, where ours has installed, and the other way round."""
    step, volume = f"installer {by}", proof.volume(f"installer-{by}")
    asked = lambda *words: in_container(proof.machine.image, volume, PYTHON, "-m", MODULE, *words).stdout
    proof.works(step, by, volume, "install", f"{HELLO}==0.1.1", "localstack-extension-miniflare==0.1.3", "localstack-extension-pgvector")
    told = lambda: {json.loads(line)["name"] for line in asked("list").splitlines()}
    proof.report(step, "it lists the same", told(), {"hello-world", "miniflare"})
    proof.report(step, "it knows one", "already installed" in asked("install", HELLO), True)
    proof.report(step, "it uninstalls one", "successfully uninstalled" in asked("uninstall", "localstack-extension-miniflare"), True)
    proof.report(step, "it installs one", "successfully installed" in asked("install", "localstack-extension-openai"), True)
    proof.report(step, "and ours sees that", set(proof.listed(volume)), {"hello-world", "openai", "pgvector"})
    proof.works(step, by, volume, "uninstall", "openai", "pgvector")
    proof.report(step, "what is left", told(), {"hello-world"})


def other_way_round(proof):
    step, volume = "container first", proof.volume("container-first")
    proof.works(step, CONTAINER, volume, "init")
    proof.works(step, CONTAINER, volume, "install", f"{HELLO}==0.1.1", "localstack-extension-openai")
    proof.report(step, "ours sees them", set(proof.listed(volume)), {"hello-world", "openai"})
    proof.works(step, UV, volume, "uninstall", "openai")
    proof.works(step, UV, volume, "install", "localstack-extension-miniflare")
    proof.report(step, "changed here", set(proof.listed(volume)), {"hello-world", "miniflare"})
    proof.works(step, CONTAINER, volume, "install", "localstack-extension-openai")
    proof.works(step, CONTAINER, volume, "uninstall", "miniflare")
    proof.report(step, "and there", set(proof.listed(volume)), {"hello-world", "openai"})


def is_of_packages(complaint):
    """Whether pip complains of something that the volume should have; this image has less than LocalStack's, which brings the rest."""
    if complaint.startswith("localstack ") or "No broken requirements" in complaint:
        return False
    missing = re.search(r"(?:requires|but you have) ([\w.-]+?)(?:,| \d)", complaint)
    return not missing or normal(missing[1]) not in BROUGHT
