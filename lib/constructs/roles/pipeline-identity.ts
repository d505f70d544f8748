import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { misuse } from '../../private/errors';

const GITHUB = 'token.actions.githubusercontent.com';

/** What a token of GitHub Actions has to say. */
export interface GitHubWorkflow {
  /** The repository: `owner/name`. */
  readonly repository: string;
  /**
   * The GitHub environment that the job names. Its protection rules (reviewers, branches) are what keeps every other
   * branch and pull request of the repository out.
   */
  readonly environment: string;
}

/** What a job token of GitLab has to say. */
export interface GitLabPipeline {
  /** The project with its groups: `acme/orders`. */
  readonly project: string;
  /** The protected branch or tag that deploys here; each environment has one of its own. */
  readonly gitRef: string;
  /**
   * Whether `gitRef` is a `branch` or a `tag`.
   *
   * @default 'branch'
   */
  readonly refType?: string;
  /**
   * The audience, as in `aud` of the job's `id_tokens`.
   *
   * @default - the URL of the issuer, `https://gitlab.com`
   */
  readonly audience?: string;
  /**
   * The host of a GitLab of your own.
   *
   * @default 'gitlab.com'
   */
  readonly host?: string;
}

/** What a token of an OIDC issuer has to say. */
export interface OidcToken {
  /** The issuer, without `https://`: `gitlab.example.com`. */
  readonly issuer: string;
  /** The whole subject (`sub`): no wildcard. */
  readonly subject: string;
  /** The audience (`aud`). */
  readonly audience: string;
}

/** How a pipeline proves who it is: a short-lived token of its OIDC issuer, never a key that is kept. */
export class PipelineIdentity {
  /**
   * GitHub Actions: one repository and one environment, for the audience `sts.amazonaws.com`.
   *
   * Where the organization has customized its subject claims, use `oidc` with the subject as it is sent.
   *
   * @param provider the provider of `https://token.actions.githubusercontent.com`
   * @throws BH2031 where the repository or the environment is not one by name
   * @see https://docs.github.com/en/actions/reference/security/oidc
   */
  public static gitHub(provider: iam.IOIDCProviderRef, workflow: GitHubWorkflow): PipelineIdentity {
    const { repository, environment } = workflow;
    if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
      throw misuse('PipelineIdentity.gitHub', {
        code: 'BH2031',
        what: `\`repository\` must be \`owner/name\`, got \`${repository}\``,
        mend: 'name one repository',
      });
    }
    // A colon would let an environment pass for another part of the subject.
    if (!/^[^:*?$]+$/.test(environment)) {
      throw misuse('PipelineIdentity.gitHub', {
        code: 'BH2031',
        what: `\`environment\` must be the name of one environment, got \`${environment}\``,
        why: 'a branch name alone can be pushed by everyone who may write to the repository',
        mend: 'name a protected environment, such as `production`',
      });
    }
    return PipelineIdentity.oidc(provider, {
      issuer: GITHUB,
      subject: `repo:${repository}:environment:${environment}`,
      audience: 'sts.amazonaws.com',
    });
  }

  /**
   * GitLab CI/CD: one project and one branch or tag. IAM sees no `environment` of a GitLab token, so each environment is
   * deployed from a protected ref of its own.
   *
   * @param provider the provider of the GitLab, such as `https://gitlab.com`
   * @throws BH2033 where project, `gitRef` or type is not one by name
   * @see https://docs.gitlab.com/ci/cloud_services/aws/
   */
  public static gitLab(provider: iam.IOIDCProviderRef, pipeline: GitLabPipeline): PipelineIdentity {
    const { project, gitRef: ref, refType = 'branch', host = 'gitlab.com', audience = `https://${host}` } = pipeline;
    const faults = [
      ...(/^[\w.-]+(?:\/[\w.-]+)+$/.test(project) ? [] : [`\`project\` must be \`group/name\`, got \`${project}\``]),
      // A colon would let a ref pass for another part of the subject.
      ...(/^[^:*?$\s]+$/.test(ref) ? [] : [`\`gitRef\` must be the name of one branch or tag, got \`${ref}\``]),
      ...(['branch', 'tag'].includes(refType) ? [] : [`\`refType\` must be \`branch\` or \`tag\`, got \`${refType}\``]),
    ];
    if (faults.length > 0) {
      throw misuse('PipelineIdentity.gitLab', {
        code: 'BH2033',
        what: faults.join(', '),
        why: 'whoever may push to another ref or project could deploy',
        mend: 'name one project and one protected ref',
      });
    }
    const subject = `project_path:${project}:ref_type:${refType}:ref:${ref}`;
    return PipelineIdentity.oidc(provider, { issuer: host, subject, audience });
  }

  /**
   * Any OIDC issuer: one subject, one audience.
   *
   * @throws BH2030 where issuer, subject or audience is empty, has a wildcard, or is known only at deployment
   */
  public static oidc(provider: iam.IOIDCProviderRef, token: OidcToken): PipelineIdentity {
    checkExact('issuer', token.issuer.replace(/^https:\/\//, ''), token.issuer);
    checkExact('subject', token.subject);
    checkExact('audience', token.audience);
    return new PipelineIdentity(provider, token);
  }

  /** The subject that is let in. */
  public readonly subject: string;
  /** The principal of the trust policy, with its conditions. */
  public readonly principal: iam.IPrincipal;

  private constructor(provider: iam.IOIDCProviderRef, { issuer, subject, audience }: OidcToken) {
    this.subject = subject;
    this.principal = new iam.OpenIdConnectPrincipal(provider, {
      StringEquals: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: audience },
    });
  }
}

function checkExact(name: string, value: string, given: string = value): void {
  if (!Token.isUnresolved(value) && value === given && value.trim() !== '' && !/[*?$]/.test(value)) return;
  throw misuse('PipelineIdentity.oidc', {
    code: 'BH2030',
    what: `\`${name}\` must be one exact value, got \`${Token.isUnresolved(given) ? 'a token' : given}\``,
    why: 'with a wildcard, any branch, fork or repository might deploy',
    mend: name === 'issuer' ? 'write the host of the issuer, without `https://`' : 'write it out in full',
  });
}
