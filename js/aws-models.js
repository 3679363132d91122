// The descriptions of AWS's services, which the package aws-sdk reads. A package may require this bundle of segfn, and no
// other: it gives texts, and nothing else.
module.exports = (name) => host.ops.op_aws_model(`${name}`);
