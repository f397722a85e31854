{{- define "quorate.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 45 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "quorate.headless" -}}
{{ include "quorate.fullname" . }}-nodes
{{- end -}}

{{/* The names of hosts end so: a pod's is its own name, a dot, and this. */}}
{{- define "quorate.domain" -}}
{{ include "quorate.headless" . }}.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
{{- end -}}

{{- define "quorate.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Of the pods of nodes, and of nothing else of the release. */}}
{{- define "quorate.nodeSelector" -}}
{{ include "quorate.selector" . }}
app.kubernetes.io/component: node
{{- end -}}

{{- define "quorate.labels" -}}
{{ include "quorate.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "quorate.image" -}}
{{- $repository := required "image.repository: no registry has an image of Quorate; build it, push it to yours, and name it here (docs/operations/kubernetes.md)" .Values.image.repository -}}
{{ $repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "quorate.joinTokenSecret" -}}
{{ .Values.cluster.joinTokenSecret | default (printf "%s-join" (include "quorate.fullname" .)) }}
{{- end -}}

{{- define "quorate.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "quorate.fullname" .) }}
{{- end -}}

{{/* No name of a namespace has a dot, so no two releases of a Kubernetes cluster share this. */}}
{{- define "quorate.clusterRole" -}}
{{ .Release.Namespace }}.{{ include "quorate.fullname" . }}-zone
{{- end -}}

{{/* "true" or nothing, as of any helper that is a condition. */}}
{{- define "quorate.tls" -}}
{{- if or .Values.tls.secretName .Values.tls.csi.enabled -}}true{{- end -}}
{{- end -}}

{{/* Whether commands in pods can show who they are. */}}
{{- define "quorate.mayCommand" -}}
{{- if or (not (include "quorate.tls" .)) .Values.tls.operatorSecret -}}true{{- end -}}
{{- end -}}

{{- define "quorate.drains" -}}
{{- if and .Values.drain.enabled (include "quorate.mayCommand" .) -}}true{{- end -}}
{{- end -}}

{{/* From the moment that a pod is to end: draining, an orderly stop, and what a node gives to what hangs. */}}
{{- define "quorate.graceSeconds" -}}
{{- $drain := 0 -}}
{{- if include "quorate.drains" . -}}
{{- $drain = add .Values.drain.hintsSeconds .Values.drain.seconds 10 -}}
{{- end -}}
{{ add $drain .Values.stopSeconds 30 10 }}
{{- end -}}

{{- define "quorate.seeds" -}}
{{- $seeds := list -}}
{{- range $ordinal := until (int .Values.cluster.initialNodes) -}}
{{- $seeds = append $seeds (printf "%s-%d.%s:7601" (include "quorate.fullname" $) $ordinal (include "quorate.domain" $)) -}}
{{- end -}}
{{ join "," $seeds }}
{{- end -}}

{{/* Refuses values that do not go together. */}}
{{- define "quorate.check" -}}
{{- if and .Values.tls.secretName .Values.tls.csi.enabled -}}
{{- fail "tls.secretName and tls.csi.enabled: give one of them" -}}
{{- end -}}
{{- if and .Values.tls.csi.enabled (not .Values.tls.csi.issuerName) -}}
{{- fail "tls.csi.issuerName: name the issuer of certificates" -}}
{{- end -}}
{{- if and .Values.tls.csi.enabled .Values.metrics.serviceMonitor.enabled (not .Values.metrics.serviceMonitor.tlsConfig) -}}
{{- fail (printf "metrics.serviceMonitor.tlsConfig: with tls.csi no Secret has the authorities of the nodes, so Prometheus would trust none of them. Name them in ca, and serverName: %s.%s.svc" (include "quorate.fullname" .) .Release.Namespace) -}}
{{- end -}}
{{- if and (not (include "quorate.tls" .)) (not .Values.insecure) -}}
{{- fail "give tls.secretName or tls.csi, or set insecure=true: without TLS all who reach the pods can read and change everything" -}}
{{- end -}}
{{- if and (include "quorate.tls" .) (ne .Values.tls.mode "require") (not .Values.insecure) -}}
{{- fail (printf "tls.mode %s takes connections without TLS: set insecure=true meanwhile" .Values.tls.mode) -}}
{{- end -}}
{{- if lt (int .Values.replicas) (int .Values.cluster.initialNodes) -}}
{{- fail (printf "replicas %d is less than cluster.initialNodes %d: the cluster would never form. To shrink one that runs below that, lower both" (int .Values.replicas) (int .Values.cluster.initialNodes)) -}}
{{- end -}}
{{- range .Values.remove -}}
{{- $prefix := printf "%s-" (include "quorate.fullname" $) -}}
{{- if not (regexMatch (printf "^%s[0-9]+$" $prefix) .) -}}
{{- fail (printf "remove: %s is no pod of this release; they are called %s0 and so on" . $prefix) -}}
{{- end -}}
{{- if lt (int (trimPrefix $prefix .)) (int $.Values.replicas) -}}
{{- fail (printf "remove: %s is still among the pods with replicas=%d, and would join again" . (int $.Values.replicas)) -}}
{{- end -}}
{{- end -}}
{{- if .Release.IsUpgrade -}}
{{- include "quorate.checkRunning" . -}}
{{- end -}}
{{- if and .Values.remove (not (include "quorate.mayCommand" .)) -}}
{{- fail "remove needs tls.operatorSecret" -}}
{{- end -}}
{{- if and .Values.toolbox.enabled (not (include "quorate.mayCommand" .)) -}}
{{- fail "toolbox.enabled needs tls.operatorSecret" -}}
{{- end -}}
{{- end -}}

{{/*
Refuses to give up pods whose nodes are members, as when replicas was raised on a command line once and is
not in the values, or when the StatefulSet would get another name; likewise an earlier release than the one
that runs, if the tag of its image was given on a command line. `helm template` and Argo CD ask no cluster,
and so refuse nothing.
*/}}
{{- define "quorate.checkRunning" -}}
{{- $name := include "quorate.fullname" . -}}
{{- range (lookup "apps/v1" "StatefulSet" .Release.Namespace "").items -}}
{{- $labels := .metadata.labels | default dict -}}
{{- $instance := index $labels "app.kubernetes.io/instance" | default "" -}}
{{- /* Another chart, or this one under an alias, may be in the same release. */ -}}
{{- $chart := index $labels "helm.sh/chart" | default "" -}}
{{- $ours := and (eq $instance $.Release.Name) (regexMatch (printf "^%s-[0-9]+[.][0-9]+[.]" (regexQuoteMeta $.Chart.Name)) $chart) -}}
{{- if and $ours (ne .metadata.name $name) -}}
{{- fail (printf "the pods of this release are those of the StatefulSet %s, and these values name it %s: Helm would stop all of them, and begin a new cluster without data. Set fullnameOverride and nameOverride as they were; fullnameOverride=%s gives the name back" .metadata.name $name .metadata.name) -}}
{{- end -}}
{{- end -}}
{{- $running := lookup "apps/v1" "StatefulSet" .Release.Namespace $name -}}
{{- if $running -}}
{{- $now := int $running.spec.replicas -}}
{{- $wanted := int .Values.replicas -}}
{{- $missing := list -}}
{{- range $ordinal := untilStep (sub $now 1 | int) (sub $wanted 1 | int) -1 -}}
{{- $pod := printf "%s-%d" $name $ordinal -}}
{{- if not (has $pod $.Values.remove) -}}
{{- $missing = append $missing $pod -}}
{{- end -}}
{{- end -}}
{{- if $missing -}}
{{- fail (printf "replicas is %d, and the StatefulSet %s has %d: pods would go whose nodes are members of the cluster (%s). To keep them, write 'replicas: %d' into your values. To remove them from the cluster first, name them in remove: --set 'remove={%s}'" $wanted $name $now (join ", " $missing) $now (join "," $missing)) -}}
{{- end -}}
{{- if not .Values.image.tag -}}
{{- range $running.spec.template.spec.containers -}}
{{- $tag := regexReplaceAll "^.*:" .image "" -}}
{{- if and (eq .name "quorate") (regexMatch "^[0-9]+[.][0-9]+[.][0-9]+(-[0-9A-Za-z.-]+)?$" $tag) -}}
{{- if gt ((semver $tag).Compare (semver $.Chart.AppVersion)) 0 -}}
{{- fail (printf "the pods of %s run release %s, and these values name no image.tag: they would go back to %s. Write 'image: {tag: %q}' into your values, or upgrade with the chart of that release. To go back on purpose, give image.tag" $name $tag $.Chart.AppVersion $tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "quorate.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "quorate.podSecurityContext" -}}
runAsNonRoot: true
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* Who the pod is to Kubernetes and to a cloud, and which machines it may run on. */}}
{{- define "quorate.scheduling" -}}
serviceAccountName: {{ include "quorate.serviceAccount" . }}
automountServiceAccountToken: false
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The user that commands act as. */}}
{{- define "quorate.commandEnv" -}}
{{- if and (include "quorate.tls" .) .Values.tls.operatorSecret }}
- {name: QUORATE_CLIENT_TLS_CA, value: /etc/quorate/operator/ca.crt}
- {name: QUORATE_CLIENT_TLS_CERT, value: /etc/quorate/operator/tls.crt}
- {name: QUORATE_CLIENT_TLS_KEY, value: /etc/quorate/operator/tls.key}
{{- end }}
{{- end -}}

{{- define "quorate.commandMounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if and (include "quorate.tls" .) .Values.tls.operatorSecret }}
- {name: operator, mountPath: /etc/quorate/operator, readOnly: true}
{{- end }}
{{- end -}}

{{- define "quorate.commandVolumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
{{- if and (include "quorate.tls" .) .Values.tls.operatorSecret }}
- name: operator
  secret: {secretName: {{ .Values.tls.operatorSecret | quote }}, defaultMode: 0440}
{{- end }}
{{- end -}}
