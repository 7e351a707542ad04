import { describe } from 'vitest';
import { type FormatCase, testFormats } from './format-cases.ts';

const cloud: readonly FormatCase[] = [
  [
    'AWS profiles',
    '.aws/credentials',
    '[default]\naws_access_key_id = AKIA{base32:16}\naws_secret_access_key = <%{[A-Za-z0-9+/]:40}%>\n\n[ci]\naws_access_key_id = ASIA{base32:16}\naws_secret_access_key = <%{[A-Za-z0-9+/]:40}%>\naws_session_token = <%IQoJb3JpZ2lu{base64:400}%>\n',
    [
      ['aws/access-key', { profile: 'default', key_kind: 'long-term' }],
      ['aws/access-key', { profile: 'ci', key_kind: 'temporary' }],
      'aws/session-token',
    ],
  ],
  [
    'application default credentials of gcloud',
    '.config/gcloud/application_default_credentials.json',
    '{\n  "client_id": "<%{digits:12}-{lower:32}.apps.googleusercontent.com%>",\n  "client_secret": "<%GOCSPX-{base64url:28}%>",\n  "quota_project_id": "shop-prod",\n  "refresh_token": "<%1//0{base64url:60}%>",\n  "type": "authorized_user"\n}\n',
    ['gcp/oauth-client-id', 'gcp/oauth-client-secret', ['gcp/oauth-refresh-token', { project_id: 'shop-prod' }]],
  ],
  [
    'a service account key of Google Cloud',
    'key.json',
    '{\n  "type": "service_account",\n  "project_id": "shop-prod",\n  "private_key_id": "{hex:40}",\n  "private_key": "<%-----BEGIN PRIVATE KEY-----\\n{base64:64}\\n{base64:64}\\n{base64:64}\\n%>-----END PRIVATE KEY-----\\n",\n  "client_email": "deploy@shop-prod.iam.gserviceaccount.com"\n}\n',
    [
      [
        'gcp/service-account-key',
        { client_email: 'deploy@shop-prod.iam.gserviceaccount.com', project_id: 'shop-prod' },
      ],
    ],
  ],
  [
    'a service principal of Azure',
    'sp.json',
    '{\n  "appId": "11111111-2222-4333-8444-555555555555",\n  "displayName": "deploy",\n  "password": "<%{alnum:3}8Q~{alnum:34}%>",\n  "tenant": "66666666-7777-4888-9999-aaaaaaaaaaaa"\n}\n',
    [
      [
        'azure/client-secret',
        { client_id: '11111111-2222-4333-8444-555555555555', tenant_id: '66666666-7777-4888-9999-aaaaaaaaaaaa' },
      ],
    ],
  ],
  [
    'a service principal of Azure for SDKs, with a secret of the older form',
    'azureauth.json',
    '{\n  "clientId": "11111111-2222-4333-8444-555555555555",\n  "clientSecret": "<%{uuid}%>",\n  "subscriptionId": "{uuid}",\n  "tenantId": "66666666-7777-4888-9999-aaaaaaaaaaaa"\n}\n',
    [
      [
        'azure/service-principal-password',
        { client_id: '11111111-2222-4333-8444-555555555555', tenant_id: '66666666-7777-4888-9999-aaaaaaaaaaaa' },
      ],
    ],
  ],
  [
    'publish settings of Azure',
    'shop.PublishSettings',
    '<publishData><publishProfile profileName="shop - Web Deploy" publishMethod="MSDeploy" publishUrl="shop.scm.azurewebsites.net:443" msdeploySite="shop" userName="$shop" userPWD="<%{alnum:60}%>" destinationAppUrl="https://shop.azurewebsites.net" /></publishData>\n',
    [['azure/publish-profile-password', { host: 'shop.scm.azurewebsites.net:443', user: '$shop' }]],
  ],
  [
    'a shared access signature that ended',
    'upload.sh',
    'azcopy cp . "https://shopdata.blob.core.windows.net/backup?sv=2022-11-02&ss=b&srt=co&sp=rwdl&se=2024-05-01T10:00:00Z&st=2024-01-01T00:00:00Z&spr=https&sig=<%{alnum:43}%3D%>"\n',
    [
      [
        'azure/shared-access-signature',
        { storage_account: 'shopdata', permissions: 'rwdl', expires: '2024-05-01T10:00:00Z', expired: true },
        { validity: 'inactive' },
      ],
    ],
  ],
  [
    'a connection string of Azure Storage',
    'local.settings.json',
    '{ "Values": { "AzureWebJobsStorage": "DefaultEndpointsProtocol=https;AccountName=shopdata;AccountKey=<%{base64:86}==%>;EndpointSuffix=core.windows.net" } }\n',
    [['azure/storage-account-key', { storage_account: 'shopdata' }]],
  ],
  [
    'a connection string of Service Bus',
    'app.config',
    '<add key="bus" value="Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=<%{base64:43}=%>" />\n',
    [['azure/shared-access-key', { host: 'shop.servicebus.windows.net', key_name: 'Root' }]],
  ],
];

const clients: readonly FormatCase[] = [
  [
    'netrc',
    '.netrc',
    'machine git.acme.example\n  login ci\n  password <%{alnum:20}%>\n\nmachine api.acme.example login bot password <%{alnum:12}%>\n',
    [
      ['generic/netrc', { host: 'git.acme.example', user: 'ci' }],
      ['generic/netrc', { host: 'api.acme.example', user: 'bot' }],
    ],
  ],
  [
    'npmrc',
    '.npmrc',
    'registry=https://npm.acme.example/\n//npm.acme.example/:_authToken=<%{uuid}%>\n',
    [['npm/legacy-token', { registry: 'npm.acme.example/' }]],
  ],
  [
    'npmrc with a login',
    '.npmrc',
    '//npm.acme.example/:username=ci\n//npm.acme.example/:_password=<%{base64-of:{alnum:18}}%>\n',
    ['npm/registry-password'],
  ],
  [
    'yarnrc',
    '.yarnrc.yml',
    'npmRegistries:\n  "https://npm.acme.example":\n    npmAlwaysAuth: true\n    npmAuthToken: "<%{uuid}%>"\nnpmScopes:\n  acme:\n    npmAuthIdent: "ci:<%{alnum:18}%>"\n',
    ['npm/yarn-token', ['npm/yarn-login', { user: 'ci' }]],
  ],
  [
    'pypirc',
    '.pypirc',
    '[distutils]\nindex-servers =\n    internal\n\n[internal]\nrepository: https://pypi.acme.example/simple\nusername: ci\npassword: <%{alnum:20}%>\n',
    [['pypi/pypirc-password', { repository: 'https://pypi.acme.example/simple', user: 'ci' }]],
  ],
  [
    'pip.conf',
    'pip.conf',
    '[global]\nindex-url = https://ci:<%{alnum:20}%>@pypi.acme.example/simple\n',
    [['generic/url-password', { host: 'pypi.acme.example', user: 'ci' }]],
  ],
  [
    'Docker',
    '.docker/config.json',
    '{\n\t"auths": {\n\t\t"registry.acme.example": {\n\t\t\t"auth": "<%{base64-of:ci:{alnum:20}}%>"\n\t\t}\n\t}\n}\n',
    [['docker/registry-auth', { user: 'ci', registry: 'registry.acme.example' }]],
  ],
  [
    'Docker, with a token of an identity provider',
    '.docker/config.json',
    '{"auths":{"acme.azurecr.io":{"auth":"{base64-of:00000000-0000-0000-0000-000000000000:}","identitytoken":"<%{alnum:120}%>"}}}\n',
    [['docker/identity-token', { registry: 'acme.azurecr.io' }]],
  ],
  [
    'Docker of old',
    '.dockercfg',
    '{"https://registry.acme.example/v1/": {"auth": "<%{base64-of:ci:{alnum:20}}%>", "email": "ci@acme.example"}}\n',
    [['docker/registry-auth', { user: 'ci', registry: 'https://registry.acme.example/v1/' }]],
  ],
  [
    'git-credentials',
    '.git-credentials',
    'https://ci:<%{alnum:24}%>@git.acme.example\n',
    [['generic/url-password', { host: 'git.acme.example', user: 'ci', scheme: 'https' }]],
  ],
  [
    'gitconfig',
    '.gitconfig',
    '[http "https://git.acme.example/"]\n\textraheader = AUTHORIZATION: basic <%{base64-of:ci:{alnum:24}}%>\n',
    [['generic/basic-auth', { user: 'ci' }]],
  ],
  [
    'pgpass',
    '.pgpass',
    '# by hand\ndb.acme.example:5432:shop:app:<%{alnum:16}%>\n*:*:*:admin:<%pa\\:{alnum:10}%>\n',
    [
      ['postgresql/pgpass', { host: 'db.acme.example', port: '5432', database: 'shop', user: 'app' }],
      ['postgresql/pgpass', { user: 'admin' }],
    ],
  ],
  [
    'my.cnf',
    '.my.cnf',
    '[client]\nhost = db.acme.example\nuser = app\npassword = <%{alnum:16}%>\n\n[mysqldump]\npassword="<%Qz7 {alnum:10}%>"\n',
    [
      ['mysql/option-file-password', { host: 'db.acme.example', user: 'app' }],
      ['mysql/option-file-password', {}],
    ],
  ],
  [
    's3cfg',
    '.s3cfg',
    '[default]\naccess_key = shop\nhost_base = s3.acme.example\nsecret_key = <%{[A-Za-z0-9+/]:40}%>\n',
    [['s3cmd/secret-key', {}]],
  ],
  [
    'rclone',
    '.config/rclone/rclone.conf',
    '[backup]\ntype = sftp\nhost = nas.acme.example\nuser = bak\npass = <%{base64url:38}%>\n\n[cloud]\ntype = s3\nprovider = Minio\naccess_key_id = shop\nsecret_access_key = <%{alnum:32}%>\n',
    [
      ['rclone/obscured-password', { host: 'nas.acme.example', user: 'bak', section: 'backup' }],
      ['rclone/remote-secret', { section: 'cloud' }],
    ],
  ],
  [
    'htpasswd',
    '.htpasswd',
    'admin:<%$apr1{[$]:1}{alnum:8}{[$]:1}{alnum:22}%>\nops:<%$2y$05{[$]:1}{alnum:53}%>\nold:<%{SHA}{base64:27}=%>\n',
    [
      ['generic/password-hash', { user: 'admin', scheme: 'apr1' }],
      ['generic/password-hash', { user: 'ops', scheme: 'bcrypt' }],
      ['generic/password-hash', { user: 'old', scheme: 'sha1' }],
    ],
  ],
  [
    'shadow',
    'etc/shadow',
    'root:<%$6{[$]:1}{alnum:16}{[$]:1}{alnum:86}%>:19000:0:99999:7:::\ndaemon:*:18000:0:99999:7:::\nci:!:18000::::::\napp:<%$y$j9T{[$]:1}{alnum:22}{[$]:1}{alnum:43}%>:19500:0:99999:7:::\n',
    [
      ['generic/password-hash', { user: 'root', scheme: 'sha512' }],
      ['generic/password-hash', { user: 'app', scheme: 'yescrypt' }],
    ],
  ],
  [
    'wpa_supplicant',
    'wpa_supplicant.conf',
    'network={\n  ssid="office"\n  psk="<%{alnum:16}%>"\n}\nnetwork={\n  ssid="guest"\n  psk=<%{hex:64}%>\n}\n',
    [
      ['generic/wifi-key', { ssid: 'office' }],
      ['generic/wifi-key', { ssid: 'guest' }],
    ],
  ],
];

const builds: readonly FormatCase[] = [
  [
    'Maven',
    'settings.xml',
    '<settings>\n <servers>\n  <server>\n   <id>releases</id>\n   <username>ci</username>\n   <password><%{alnum:16}%></password>\n  </server>\n  <server>\n   <id>safe</id>\n   <username>ci</username>\n   <password>{{base64:44}=}</password>\n  </server>\n </servers>\n</settings>\n',
    [['maven/server-password', { server: 'releases', user: 'ci' }]],
  ],
  [
    'Gradle',
    'gradle.properties',
    'org.gradle.jvmargs=-Xmx2g\nsigning.keyId=24875D73\nsigning.password=<%{alnum:14}%>\nnexusUsername=ci\nnexusPassword=<%{alnum:14}%>\n',
    ['generic/password', 'generic/password'],
  ],
  [
    'NuGet',
    'NuGet.config',
    '<configuration>\n <packageSourceCredentials>\n  <acme>\n   <add key="Username" value="ci" />\n   <add key="ClearTextPassword" value="<%{alnum:20}%>" />\n  </acme>\n  <other>\n   <add key="Username" value="ci" />\n   <add key="Password" value="AQAAANCMnd8BFdERjHoAwE{base64:200}" />\n  </other>\n </packageSourceCredentials>\n</configuration>\n',
    [['nuget/config-password', { user: 'ci' }]],
  ],
  [
    'terraformrc',
    '.terraformrc',
    'credentials "tf.acme.example" {\n  token = "<%{alnum:40}%>"\n}\n',
    [['hashicorp/host-token', { host: 'tf.acme.example' }]],
  ],
  [
    'credentials of Terraform',
    '.terraform.d/credentials.tfrc.json',
    '{\n  "credentials": {\n    "tf.acme.example": {\n      "token": "<%{alnum:40}%>"\n    }\n  }\n}\n',
    [['hashicorp/host-token', { host: 'tf.acme.example' }]],
  ],
];

describe('cloud', () => testFormats(cloud));
describe('clients', () => testFormats(clients));
describe('builds', () => testFormats(builds));
