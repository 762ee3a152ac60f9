{{- define "sandkeep.labels" -}}
{{ include "sandkeep.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "sandkeep.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end -}}

{{/* An image by digest if there is one, else by tag. */}}
{{- define "sandkeep.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .version }}
{{- end -}}
{{- end -}}

{{/* A key of docs/configuration.md as the name of its environment variable. */}}
{{- define "sandkeep.variable" -}}
SANDKEEP_{{ . | upper | replace "." "_" | replace "-" "_" }}
{{- end -}}

{{- define "sandkeep.check" -}}
{{- if eq .Values.sandboxes.namespace .Release.Namespace -}}
{{- fail (printf "sandboxes.namespace must not be %s, the namespace of the servers: the network policy tells them apart by it" .Release.Namespace) -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.secret.name) -}}
{{- fail "metrics.serviceMonitor needs metrics.secret.name, the Secret with the token that opens /metrics" -}}
{{- end -}}
{{- $own := include "sandkeep.ownKeys" . | fromYaml -}}
{{- range $key, $value := .Values.config -}}
{{- if hasKey $own $key -}}
{{- fail (printf "config.%s: set %s instead" $key (get $own $key)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Settings that other values of the chart give, or that the chart fixes. */}}
{{- define "sandkeep.ownKeys" -}}
instance: instance
runtime: nothing (it is kubernetes)
http.host: nothing (it is every address of the pod)
http.port: service.port (the port in the pod is 8080)
database.url: database.url
database.user: database.user
database.password: database.secret
api.key: apiKeys.secret
api.keys: apiKeys.secret
database.secret-key: sealing.secret
metrics.token: metrics.secret
egress.image: egress.image
kubernetes.namespace: sandboxes.namespace
kubernetes.server-addresses: cluster.podCidrs
kubernetes.closed-addresses: cluster.closedCidrs
{{- end -}}
