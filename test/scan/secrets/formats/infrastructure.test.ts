import { describe } from 'vitest';
import { type FormatCase, testFormats } from './format-cases.ts';

const terraform: readonly FormatCase[] = [
  [
    'the default of a variable',
    'variables.tf',
    'variable "db_password" {\n  type        = string\n  description = "of the shop"\n  default     = "<%{alnum:20}%>"\n}\n\nvariable "api_token" { default = "<%{alnum:32}%>" }\n',
    [
      ['terraform/variable-default', { name: 'db_password' }],
      ['terraform/variable-default', { name: 'api_token' }],
    ],
  ],
  [
    'variables without a secret',
    'variables.tf',
    'variable "db_password" {\n  type = string\n}\n\nvariable "image" {\n  default = "{alnum:20}"\n}\n\nvariable "token_lifetime" {\n  default = "{alnum:20}"\n}\n',
    [],
  ],
];

const docker: readonly FormatCase[] = [
  [
    'assignments with a space',
    'Dockerfile',
    'FROM scratch\nENV DB_PASSWORD <%{alnum:12}%>\nARG API_TOKEN <%{alnum:24}%>\nENV PASSWORD_POLICY strict\nENV DB_PASSWORD $DB_PASSWORD\nLABEL password <%{alnum:14}%>\n',
    ['generic/password', 'generic/token', 'generic/password'],
  ],
];

const kubernetes: readonly FormatCase[] = [
  [
    'a Secret in flow style',
    'secret.yaml',
    'apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\ntype: Opaque\ndata: {username: c2hvcA==, password: <%{base64-of:{alnum:20}}%>}\n',
    [['kubernetes/secret-data', { key: 'password' }]],
  ],
  [
    'a Secret in flow style from end to end',
    'secret.yaml',
    '{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {password: "<%{alnum:20}%>", host: db}}\n',
    [['kubernetes/secret-data', { key: 'password' }]],
  ],
  [
    'flow style over several lines',
    'secret.yaml',
    'kind: Secret\nmetadata:\n  name: db\nstringData: {\n  password: "<%{alnum:20}%>",\n  host: db\n}\n',
    ['kubernetes/secret-data'],
  ],
  [
    'a List',
    'all.yaml',
    'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: one\n    namespace: shop\n  data:\n    token: <%{base64-of:{alnum:40}}%>\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: two\n  stringData:\n    password: <%{alnum:20}%>\n',
    [
      ['kubernetes/secret-data', { key: 'token', name: 'one', namespace: 'shop' }],
      ['kubernetes/secret-data', { key: 'password', name: 'two' }],
    ],
  ],
  [
    'a List in JSON',
    'all.json',
    '{"apiVersion":"v1","items":[{"apiVersion":"v1","data":{"password":"<%{base64-of:{alnum:20}}%>"},"kind":"Secret","metadata":{"name":"db","namespace":"shop"},"type":"Opaque"}],"kind":"List"}',
    [['kubernetes/secret-data', { key: 'password', name: 'db', namespace: 'shop' }]],
  ],
  [
    'a Secret that Helm makes',
    'templates/secret.yaml',
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ include "shop.fullname" . }}\n{{- if .Values.secret }}\ndata:\n  password: {{ .Values.password | b64enc | quote }}\n  token: {{ "<%{alnum:40}%>" | b64enc }}\n  other: <%{base64-of:{alnum:24}}%>\n{{- end }}\n',
    ['kubernetes/secret-data', 'kubernetes/secret-data'],
  ],
  [
    'a sealed one',
    'sealed.yaml',
    'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: db\nspec:\n  encryptedData:\n    password: AgB{base64:300}\n    token: AgC{base64:300}\n',
    [],
  ],
  [
    'one that SOPS encrypted',
    'secret.enc.yaml',
    'apiVersion: v1\nkind: Secret\nmetadata:\n    name: db\ndata:\n    password: ENC[AES256_GCM,data:{base64:28},iv:{base64:43}=,tag:{base64:22}==,type:str]\nsops:\n    age:\n        - recipient: age1{lower:58}\n          enc: |\n            -----BEGIN AGE ENCRYPTED FILE-----\n            {base64:64}\n            {base64:64}\n            -----END AGE ENCRYPTED FILE-----\n    mac: ENC[AES256_GCM,data:{base64:128},iv:{base64:43}=,tag:{base64:22}==,type:str]\n',
    [],
  ],
  [
    'kubeconfig',
    '.kube/config',
    'apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: {base64-of:-----BEGIN CERTIFICATE-----\n{base64:200}}\n    server: https://k8s.acme.example:6443\n  name: prod\ncontexts:\n- context:\n    cluster: prod\n    user: admin\n  name: prod-admin\ncurrent-context: prod-admin\nusers:\n- name: admin\n  user:\n    client-certificate-data: {base64-of:-----BEGIN CERTIFICATE-----\n{base64:200}}\n    client-key-data: <%{base64-of:{pem:RSA PRIVATE KEY}}%>\n- name: ci\n  user:\n    token: <%{alnum:40}%>\n- name: old\n  user:\n    username: root\n    password: <%{alnum:16}%>\n',
    [
      ['kubernetes/kubeconfig-user', { user: 'admin', cluster: 'prod', server: 'https://k8s.acme.example:6443' }],
      ['kubernetes/kubeconfig-user', { user: 'ci' }],
      ['kubernetes/kubeconfig-user', { user: 'old' }],
    ],
  ],
];

const provisioning: readonly FormatCase[] = [
  [
    'the state of Terraform',
    'terraform.tfstate',
    '{\n  "version": 4,\n  "terraform_version": "1.9.0",\n  "outputs": {\n    "db_password": {\n      "value": "<%{alnum:20}%>",\n      "type": "string",\n      "sensitive": true\n    }\n  },\n  "resources": [\n    {\n      "module": "module.db",\n      "mode": "managed",\n      "type": "aws_db_instance",\n      "name": "main",\n      "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",\n      "instances": [\n        {\n          "schema_version": 2,\n          "attributes": {\n            "address": "db.acme.example",\n            "password": "<%{alnum:16}%>",\n            "username": "app"\n          },\n          "sensitive_attributes": []\n        }\n      ]\n    },\n    {\n      "mode": "managed",\n      "type": "random_password",\n      "name": "admin",\n      "instances": [\n        {\n          "attributes": {\n            "bcrypt_hash": "x",\n            "result": "<%{alnum:24}%>"\n          }\n        }\n      ]\n    }\n  ]\n}\n',
    [
      ['terraform/state-value', { resource: 'output.db_password' }],
      ['terraform/state-value', { resource: 'module.db.aws_db_instance.main', attribute: 'password' }],
      ['terraform/state-value', { resource: 'random_password.admin', attribute: 'result' }],
    ],
  ],
  [
    'variables of Terraform',
    'prod.tfvars',
    'region = "eu-west-1"\ndb_password = "<%{alnum:16}%>"\n',
    ['generic/password'],
  ],
  [
    'Ansible',
    'group_vars/all.yml',
    'db_user: app\ndb_password: <%{alnum:16}%>\nvaulted_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  {digits:80}\n  {digits:80}\n',
    ['generic/password'],
  ],
  [
    'a vault of Ansible',
    'group_vars/vault.yml',
    '$ANSIBLE_VAULT;1.1;AES256\n{digits:80}\n{digits:80}\n{digits:80}\n',
    [],
  ],
  [
    'values of Helm',
    'values.yaml',
    'image:\n  tag: 1.2.3\nauth:\n  existingSecret: shop-db\n  password: <%{alnum:16}%>\n  postgresPassword: ""\n',
    ['generic/password'],
  ],
  [
    'a file that age encrypted',
    'secrets.age',
    '-----BEGIN AGE ENCRYPTED FILE-----\n{base64:64}\n{base64:64}\n-----END AGE ENCRYPTED FILE-----\n',
    [],
  ],
  [
    'one that SOPS encrypted, in JSON',
    'config.enc.json',
    '{"password": "ENC[AES256_GCM,data:{base64:28},iv:{base64:43}=,tag:{base64:22}==,type:str]", "sops": {"mac": "ENC[AES256_GCM,data:{base64:128},type:str]", "pgp": []}}\n',
    [],
  ],
  [
    'dotenv that SOPS encrypted',
    '.env',
    'DB_PASSWORD=ENC[AES256_GCM,data:{base64:28},iv:{base64:43}=,tag:{base64:22}==,type:str]\nsops_version=3.9.0\n',
    [],
  ],
];

const pipelines: readonly FormatCase[] = [
  [
    'GitLab',
    '.gitlab-ci.yml',
    'variables:\n  DEPLOY_TOKEN: "<%{alnum:32}%>"\n  SAFE_TOKEN: $CI_JOB_TOKEN\ndeploy:\n  script:\n    - echo $DEPLOY_TOKEN\n',
    ['generic/token'],
  ],
  [
    'GitHub',
    '.github/workflows/ci.yml',
    'jobs:\n  build:\n    env:\n      DB_PASSWORD: <%{alnum:16}%>\n      API_TOKEN: {[$]:1}{{ secrets.API_TOKEN }}\n',
    ['generic/password'],
  ],
  [
    'CircleCI',
    '.circleci/config.yml',
    'jobs:\n  build:\n    docker:\n      - image: shop/ci\n        auth:\n          username: ci\n          password: <%{alnum:16}%>\n      - image: shop/db\n        auth:\n          username: ci\n          password: $DOCKER_PASSWORD\n',
    ['generic/password'],
  ],
  [
    'Travis',
    '.travis.yml',
    'env:\n  global:\n    - API_TOKEN=<%{alnum:32}%>\n    - secure: "{base64:340}="\n',
    ['generic/token'],
  ],
  [
    'credentials of Jenkins',
    'credentials.xml',
    '<com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl>\n  <id>nexus</id>\n  <username>ci</username>\n  <password>{AQAAABAAAAAg{base64:64}=}</password>\n</com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl>\n<org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl>\n  <id>plain</id>\n  <secret><%{alnum:32}%></secret>\n</org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl>\n',
    ['generic/token'],
  ],
];

describe('Kubernetes', () => testFormats(kubernetes));
describe('Terraform', () => testFormats(terraform));
describe('images', () => testFormats(docker));
describe('provisioning', () => testFormats(provisioning));
describe('pipelines', () => testFormats(pipelines));
