#!/usr/bin/env bash
# Deploys one environment in one pass: the registry first, then the image, then all the rest, until the new
# tasks run and answer. `make deploy ENV=staging VERSION=1.2.0` at the project's root runs it. It can be run
# again: what is there already stays. Terraform asks before it changes anything, unless YES=1.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "deploy: $*" >&2; exit 1; }
step() { echo; echo "== $*"; }

there=$(cd cdktf/environments && ls ./*.yaml | sed 's|^\./||; s|\.yaml$||' | paste -sd' ' -)
config=cdktf/environments/${ENV:-}.yaml
[ -n "${ENV:-}" ] || fail "ENV: got nothing; takes one of: $there"
[ -f "$config" ] || fail "ENV: got \"$ENV\"; takes one of: $there"
[[ ${VERSION:-} =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail "VERSION: got \"${VERSION:-}\"; takes the image's tag, such as 1.2.0"
for tool in aws docker go terraform; do
  command -v "$tool" >/dev/null || fail "$tool is not installed; see docs/deploy.md, Prerequisites"
done
account=$(aws sts get-caller-identity --query Account --output text) || fail "AWS takes no credentials of yours; see docs/deploy.md, Prerequisites"

step "Write the stack of $ENV, for account $account"
stack=cdktf.out/stacks/debate-chatbot-$ENV
DEPLOY_CONFIG=$config go run ./cdktf
if grep -q rotate/arm64/function.zip "$stack/cdk.tf.json"; then make --no-print-directory rotate-zip; fi

# What a runner of CI keeps is gone with it.
if [ -n "${CI:-}" ] && ! grep -q '"use_lockfile"' "$stack/cdk.tf.json"; then
  fail "backend.bucket in $config: got nothing; takes an S3 bucket for Terraform's state where CI deploys (docs/deploy.md, Keep the state in S3)"
fi

given=(-var "image_tag=$VERSION")
[ ! -f config.auto.tfvars ] || given+=(-var-file="$PWD/config.auto.tfvars")
[ -z "${AWS_REGION:-}" ] || [ -f config.auto.tfvars ] || given+=(-var "region=$AWS_REGION")
agreed=()
[ "${YES:-}" != 1 ] || agreed=(-input=false -auto-approve)
tf() { terraform -chdir="$stack" "$@"; }
tf init -input=false

# In another region Terraform would find nothing of what it knows, forget it, and make all of it anew.
was=$(tf output -raw ecr_repository_url 2>/dev/null | cut -sd. -f4) || was=
now=$(tf console "${given[@]}" <<<var.region | tr -d '"')
[ -z "$was" ] || [ "$was" = "$now" ] || fail "region: got $now; $ENV was deployed in $was, and its state knows of nothing else. Destroy it there first, or keep the other one in an environment and an account of its own"

step "Make the registry"
tf apply "${given[@]}" ${agreed[@]+"${agreed[@]}"} -target="aws_ecr_lifecycle_policy.$(sed -nE '/"registry_lifecycle_[0-9A-F]+": \{/{s/[ ":{]//g;p;q;}' "$stack/cdk.tf.json")"
repository=$(tf output -raw ecr_repository_url)
region=$(cut -d. -f4 <<<"$repository")
export AWS_REGION=$region AWS_DEFAULT_REGION=$region

step "Push $repository:$VERSION"
if aws ecr describe-images --repository-name debate-api --image-ids "imageTag=$VERSION" >/dev/null 2>&1; then
  echo "It is there: a tag never changes, so it is not built again."
else
  # Built for what the tasks run on; the build itself runs on what you have.
  platform=linux/amd64
  grep -q '"cpu_architecture": "ARM64"' "$stack/cdk.tf.json" && platform=linux/arm64
  aws ecr get-login-password | docker login --username AWS --password-stdin "${repository%%/*}"
  docker buildx build --platform "$platform" --provenance=false --build-arg "VERSION=$VERSION" --build-arg SOURCE_DATE_EPOCH=0 \
    --tag "$repository:$VERSION" --push .
fi

step "Deploy $VERSION, and wait until its tasks are ready"
tf apply "${given[@]}" ${agreed[@]+"${agreed[@]}"}
cluster=debate-chatbot-cluster service=debate-api-service
aws ecs wait services-stable --cluster $cluster --services $service
# Terraform calls a service steady that went back to what ran before.
wanted=$(tf output -raw task_definition_arn)
runs=$(aws ecs describe-services --cluster $cluster --services $service --query 'services[0].taskDefinition' --output text)
[ "$runs" = "$wanted" ] || fail "the deployment failed and ECS went back to $runs; see the service's events:
  aws ecs describe-services --cluster $cluster --services $service --query 'services[0].events[:10].message'
Until you know why, deploy nothing but the version that runs: the next deploy would roll $VERSION out again."

step "Ask it something"
url=$(tf output -raw application_url)
# Where the secret holds several keys, say which to use.
API_KEY=${API_KEY:-$(aws secretsmanager get-secret-value --secret-id debate-chatbot-api-key --query SecretString --output text)}
export API_KEY
for try in 1 2 3 4 5; do
  answer=$(echo "Tea is better than coffee." | go run ./cmd/debate chat --server "$url") && [ -n "$answer" ] && break
  [ "$try" != 5 ] || fail "$url does not answer. A new name takes minutes to be known everywhere; try again: echo 'Tea is better than coffee.' | API_KEY=… go run ./cmd/debate chat --server $url"
  sleep "${PAUSE:-30}"
done
echo "$answer"
step "$ENV runs $VERSION at $url"
