"""Finds extensions as LocalStack does, with Plux, and says what Plux keeps to itself.

Plux is silent about an entry point that does not resolve, about two extensions of one name and,
because of its cache, for two minutes about a changed installation.
"""

from dataclasses import dataclass, field
from importlib import metadata

from localstack.extensions.api.extension import BaseExtension
from plux import PluginManager
from plux.runtime.cache import EntryPointsCache
from plux.runtime.metadata import EntryPointsResolver, resolve_entry_points
from plux.runtime.resolve import MetadataPluginFinder

from . import logs

NAMESPACE = "localstack.extensions"


@dataclass
class Found:
    """An extension that is loaded, and what happened to it since."""

    name: str
    plugin: object
    entry_point: metadata.EntryPoint
    distribution: metadata.Distribution
    called: list[dict] = field(default_factory=list)
    rules: list = field(default_factory=list)
    handlers: dict[str, int] = field(default_factory=dict)

    @property
    def package(self):
        """The top-level package of its code."""
        return top_level(self.entry_point)

    def facts(self):
        """Who it is, for the parent."""
        kind = type(self.plugin)
        return {
            "name": self.name,
            "class": f"{kind.__module__}:{kind.__qualname__}",
            "entry_point": self.entry_point.name,
            "distribution": self.distribution.metadata["Name"],
            "version": self.distribution.version,
        }


class NoCache(EntryPointsCache):
    """Plux's index of entry points, read from the installation itself at every start."""

    def _build_and_store_index(self, _cache_dir):
        return self._resolver.get_entry_points()


class ExtensionEntryPoints(EntryPointsResolver):
    """The entry points of the group, each with the distribution that declares it."""

    def __init__(self, failures):
        self._failures = failures
        self.distributions = {}

    def get_entry_points(self):
        """Read what is installed now; of two entry points of one name Plux takes the first."""
        first = {}
        for distribution in metadata.distributions():
            for point in self._declared(distribution):
                taken = first.setdefault(point.name, point)
                if taken is point:
                    self.distributions[point.name] = distribution
                elif taken.value != point.value:
                    told = (
                        f"two entry points are called {point.name}: "
                        f"{taken.value} and {point.value}; LocalStack sees only the first"
                    )
                    self._failures.add("resolve", point.name, told, top_level(point))
        return {NAMESPACE: list(first.values())}

    def _declared(self, distribution):
        try:
            return [p for p in resolve_entry_points([distribution]) if p.group == NAMESPACE]
        except Exception as error:
            self._failures.add("discovery", distribution.metadata["Name"], error)
            return []


class Finder(MetadataPluginFinder):
    """Resolves entry points like Plux, and remembers which is behind which name."""

    def __init__(self, failures, level):
        self._failures = failures
        self._level = level
        self._installed = ExtensionEntryPoints(failures)
        self.behind = {}
        super().__init__(NAMESPACE, entry_points_resolver=self._installed)

    def to_plugin_spec(self, point):
        """Import what an entry point names; None if that fails."""
        logs.hear(top_level(point), self._level)
        try:
            spec = self.spec_resolver.resolve(point.load())
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._failures.add("resolve", point.name, error, top_level(point))
            return None
        if spec.namespace != NAMESPACE:
            told = (
                f"its class says namespace {spec.namespace!r}, so LocalStack does not load it; "
                f"it must be {NAMESPACE!r}"
            )
            self._failures.add("resolve", point.name, told, top_level(point))
            return None
        self._remember(spec, point)
        return spec

    def _remember(self, spec, point):
        before = self.behind.get(spec.name)
        if before and before[0].factory is not spec.factory:
            self._failures.add(
                "resolve",
                spec.name,
                f"two extensions are called {spec.name}: {before[1].value} and {point.value}; "
                "LocalStack loads only one",
                top_level(point),
            )
        self.behind[spec.name] = spec, point, self._installed.distributions[point.name]


def discover(failures, level):
    """Load every extension that can be loaded, in Plux's order."""
    EntryPointsCache._instance = NoCache()
    finder = Finder(failures, level)
    manager = PluginManager(NAMESPACE, finder=finder)
    names = manager.list_names()
    if not names and not failures.count:
        failures.add(
            "discovery",
            None,
            f"no installed distribution has an entry point in the group {NAMESPACE}",
        )
    found = (load(manager, name, finder.behind[name], failures) for name in names)
    return [extension for extension in found if extension]


def load(manager, name, behind, failures):
    """Make and load one extension; None if it fails."""
    _, point, distribution = behind
    container = manager.get_container(name)
    try:
        manager.load(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        failures.add("load" if container.is_init else "init", name, error, top_level(point))
        return None
    if not isinstance(container.load_value, BaseExtension):
        told = f"load() gave {container.load_value!r}; it must give the extension itself"
        failures.add("load", name, told, top_level(point))
        return None
    return Found(name, container.load_value, point, distribution)


def top_level(point):
    """The top-level package an entry point leads to."""
    return point.value.partition(":")[0].partition(".")[0].strip()
