#!/usr/bin/env bash
# Deploys to Kubernetes and waits until it serves; what does not come up is taken back.
#   scripts/deploy.sh [--print] dev|prod [VERSION]
# VERSION is the images' tag; prod asks for one. --print shows what would be applied. KUBE_CONTEXT
# names the cluster (kubectl's current one), DEPLOY_TIMEOUT (5m) how long a service may take.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly services=(user-service product-service order-service payment-service inventory-service
  notification-service api-gateway)

usage() {
  sed -n '2,/^set /{s/^# \{0,1\}//p}' "$0" >&2
  exit 2
}

print=
if [[ ${1-} == --print ]]; then
  print=yes
  shift
fi
[[ $# -ge 1 && $# -le 2 && ($1 == dev || $1 == prod) ]] || usage
overlay=$1 version=${2-}
[[ $overlay == dev || -n $version ]] || usage
# A tag, as registries define it: nothing that sed could take for something else.
[[ -z $version || $version =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || usage

render() {
  kubectl kustomize "deployments/kubernetes/overlays/$overlay" |
    sed -E "${version:+s#^( *(- )?image: .*souk/[a-z-]+):.*#\1:$version#}"
}

if [[ -n $print ]]; then
  render
  exit
fi

cluster=(kubectl)
[[ -z ${KUBE_CONTEXT-} ]] || cluster+=(--context "$KUBE_CONTEXT")
if [[ $overlay == prod ]]; then
  for secret in souk-shared souk-databases souk-payments; do # docs/DEPLOYMENT.md says what is in them
    "${cluster[@]}" -n ecommerce get secret "$secret" >/dev/null
  done
fi

render | "${cluster[@]}" apply --server-side -f -
failed=()
for service in "${services[@]}"; do
  "${cluster[@]}" -n ecommerce rollout status "deployment/$service" \
    --timeout "${DEPLOY_TIMEOUT:-5m}" || failed+=("$service")
done
if [[ ${#failed[@]} -gt 0 ]]; then
  # Migrations are additive: the version before runs on the tables of this one.
  echo "deploy: did not come up, taken back: ${failed[*]}" >&2
  for service in "${failed[@]}"; do
    "${cluster[@]}" -n ecommerce rollout undo "deployment/$service" || true
  done
  exit 1
fi
echo "deploy: $overlay${version:+ $version} serves"
