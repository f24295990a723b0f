//! The packages that are in LocalStack's own environment, which its extensions share.

/// What `localstack-core[runtime]` 4.14.0 needs, all in all, and LocalStack itself.
const BROUGHT: &str = "
airspeed-ext annotated-types antlr4-python3-runtime apispec asn1crypto attrs aws-sam-translator aws-xray-sdk
awscli awscrt boto3 botocore cachetools cbor2 certifi cffi cfn-lint charset-normalizer click colorama constantly
crontab cryptography decorator dill dnslib dnspython docker docutils events graphql-core grpcio h11 h2 hpack
hypercorn hyperframe hyperlink idna incremental isodate jinja2 jmespath joserfc jpype1 jsonpatch jsonpath-ng
jsonpath-rw jsonpointer jsonschema jsonschema-path jsonschema-specifications kclpy-ext lazy-object-proxy
localstack localstack-core localstack-ext localstack-twisted markdown-it-py markupsafe mdurl more-itertools
moto-ext mpmath multipart networkx openapi-core openapi-schema-validator openapi-spec-validator
opensearch-protobufs opensearch-py packaging pathable plux ply priority protobuf psutil py-partiql-parser pyasn1
pycparser pydantic pydantic-core pydantic-settings pygments pymongo pyopenssl pyparsing python-dateutil
python-dotenv pyyaml readerwriterlock referencing regex requests requests-aws4auth responses rfc3339-validator
rich rolo rpds-py rsa s3transfer semver setuptools six sympy typing-extensions typing-inspection urllib3
werkzeug wrapt wsproto xmltodict zope-interface
";

/// `name` is in its normal form.
pub(super) fn by_localstack(name: &str) -> bool {
    BROUGHT.split_whitespace().any(|brought| brought == name)
}
