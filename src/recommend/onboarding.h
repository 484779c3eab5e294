#pragma once

#include <cstddef>
#include <memory>

#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// The books to ask a newcomer about: known to many, and dividing tastes. Of the works that most
/// readers have, it takes one after the other that whose answer is expected to tell most about
/// which group of taste (recommend/tastes.h) the newcomer is of:
///   known · (H(likes) − H(likes | group)) − what the answer shares with one already in the list,
/// known being its readers over those of the most read work, entropies in bits, under the chances
/// of the groups given the grades so far (Bayes' rule; a liked book counts 0.6 of a loved one, a
/// disliked 0.5; not to know a book says nothing). Groups instead of single readers: Rashid,
/// Karypis & Riedl, "Learning preferences of new users", KDD Explorations 2008 (IGCN); the next
/// question from the answers so far: Golbandi, Koren & Lempel, WSDM 2011; the redundancy, the
/// largest with one chosen question: Fleuret, "Fast binary feature selection with conditional
/// mutual information", JMLR 2004. The same request gets the same answer.
///
/// Scores are those bits. Never a book that was asked about, of its authors or of its series; one
/// book of an author and of a series. Strategy "readers"; without a collaborative model the books
/// of a tour() are asked about, strategy "clusters", degraded. kInvalidArgument for ids in a grade
/// that no book has or that stand in two, and k above kMaxQuestions. Safe from any thread.
Result<Hits> onboarding(const std::shared_ptr<const Snapshot>& snapshot,
                        const OnboardingRequest& request,
                        std::size_t threads = 1);

}  // namespace bookreco
