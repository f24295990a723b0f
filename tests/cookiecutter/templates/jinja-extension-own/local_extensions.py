from cookiecutter.utils import simple_filter


@simple_filter
def shout(text):
    return text.upper() + "!"
