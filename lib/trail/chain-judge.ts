import type { Digest } from './digest';
import { fileName, stampOf } from './file-names';
import type { DigestName } from './file-names';
import type { TrailKeys } from './public-keys';
import { signatureProblem } from './signature';
import type { ChainSummary, ProblemKind, TrailProblem } from '../model/trail-report';

/** A digest as it lies there. */
export interface FoundDigest {
  readonly path: string;
  readonly name: DigestName;
  readonly digest: Digest;
  /** SHA-256 of its uncompressed content, in hex. */
  readonly hash: string;
  /** In hex, where it lies with the file. */
  readonly signature?: string;
}

/**
 * Judges the digests of one chain, oldest first, and keeps only the last of them. A digest holds the signature of the one
 * before: so all but the last are proved even where the signatures themselves, metadata of objects in S3, were lost.
 */
export class ChainJudge {
  private last: FoundDigest | undefined;
  private first: FoundDigest | undefined;
  private digests = 0;
  private emptyDigests = 0;
  private logs = 0;
  private unsigned = 0;

  constructor(
    private readonly chain: string,
    private readonly keys: TrailKeys,
    private readonly allowUnsignedEnd: boolean,
    private readonly tell: (problem: TrailProblem) => void,
  ) {}

  next(found: FoundDigest): void {
    const { digest, path } = found;
    this.digests += 1;
    this.logs += digest.logs.length;
    if (digest.logs.length === 0) this.emptyDigests += 1;
    this.first ??= found;
    this.checkName(found);
    if (this.last !== undefined) {
      if (fileName(this.last.path) === fileName(path)) {
        this.problem('digest-twice', path, `lies here and at \`${this.last.path}\`; expected one digest of each name`);
        return;
      }
      this.checkLink(this.last, found);
    }
    this.last = found;
  }

  /** What cannot be read breaks the chain; `next` tells that it is not what its follower expects. */
  unreadable(path: string, why: string): void {
    this.digests += 1;
    this.problem('digest-unreadable', path, `${why}; expected a digest of CloudTrail`);
  }

  end(): ChainSummary | undefined {
    const { first, last, digests, emptyDigests, logs } = this;
    if (first === undefined || last === undefined) return undefined;
    const isEndAllowed = last.signature === undefined && this.allowUnsignedEnd;
    if (isEndAllowed) this.unsigned += 1;
    else this.checkSignature(last, undefined);
    return {
      chain: this.chain,
      from: first.digest.start,
      to: last.digest.end,
      digests,
      emptyDigests,
      logs,
      beginsHere: first.digest.previous === undefined,
      unsigned: this.unsigned,
      ...(isEndAllowed
        ? { unprovedEnd: { from: last.digest.start, file: last.path, logs: last.digest.logs.length } }
        : {}),
    };
  }

  private checkName({ path, name, digest }: FoundDigest): void {
    const plain = (each: string): string => fileName(each).replace(/\.gz$/, '');
    if (plain(digest.object) !== plain(path)) {
      this.problem('digest-renamed', path, `was delivered as \`${digest.object}\`; expected a file of the same name`);
    } else if (digest.account !== name.account || stampOf(digest.end) !== name.stamp) {
      this.problem('digest-renamed', path, `is of ${digest.account} until ${digest.end}; its name says otherwise`);
    }
  }

  private checkLink(before: FoundDigest, found: FoundDigest): void {
    const { digest, path } = found;
    const { previous, previousSignature } = digest;
    const gap = Date.parse(digest.start) - Date.parse(before.digest.end);
    if (previous === undefined) {
      this.checkSignature(before, undefined);
      this.problem(
        'restart',
        path,
        `starts a new chain at ${digest.start}; the one before ended at ${before.digest.end}, and nothing proves what came between. Expected one chain: look for StopLogging, StartLogging or changes of the trail around these times`,
      );
    } else if (!isSame(previous, before.digest)) {
      this.checkSignature(before, undefined);
      this.problem(
        'digest-missing',
        previous.object,
        `is not here, and \`${path}\` follows it; expected every digest of the chain`,
      );
    } else {
      if (previous.hash !== before.hash) {
        this.problem(
          'digest-changed',
          before.path,
          `has the SHA-256 ${before.hash}; \`${path}\` says ${previous.hash}`,
        );
      }
      this.checkSignature(before, previousSignature);
    }
    if (previous !== undefined && gap > 0) {
      this.problem(
        'gap',
        path,
        `begins at ${digest.start}, the digest before ends at ${before.digest.end}; expected no time between them`,
      );
    }
  }

  private checkSignature(found: FoundDigest, byNext: string | undefined): void {
    const { digest, hash, path, name, signature } = found;
    if (signature !== undefined && byNext !== undefined && signature.toLowerCase() !== byNext.toLowerCase()) {
      this.problem('digest-signature', path, 'has a signature with it that is not the one its follower names');
    }
    const given = byNext ?? signature;
    if (given === undefined) {
      this.unsigned += 1;
      this.problem(
        'digest-unsigned',
        path,
        'has no signature with it, and no digest here follows it; expected its signature in a file of the same name with `.signature` at the end, or in the metadata of the object',
      );
      return;
    }
    const problem = signatureProblem(digest, hash, given, this.keys, name.isBackfill);
    if (problem !== undefined) this.problem('digest-signature', path, problem);
  }

  private problem(kind: ProblemKind, file: string, message: string): void {
    this.tell({ kind, chain: this.chain, file, message });
  }
}

function isSame(previous: { readonly bucket: string; readonly object: string }, { bucket, object }: Digest): boolean {
  return previous.bucket === bucket && previous.object === object;
}
