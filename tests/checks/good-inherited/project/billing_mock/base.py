from localstack.extensions.patterns import webapp

from .names import NAME


class Base(webapp.WebAppExtension):
    name = NAME
