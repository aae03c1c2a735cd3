// An intrusive pairing heap: insertion in constant time, removal of any element in amortised logarithmic
// time, no allocation. Used for deadlines. (Fredman, Sedgewick, Sleator, Tarjan: The pairing heap, 1986.)
#pragma once

#include "lib/types.h"

// An element T derives from HeapNode<T> and has `bool before(const T&) const`.
template <class T>
class HeapNode {
  public:
    constexpr HeapNode() = default;
    HeapNode(const HeapNode&) = delete;
    HeapNode& operator=(const HeapNode&) = delete;
    bool queued() const { return queued_; }

  private:
    template <class>
    friend class PairingHeap;
    T* child_ = nullptr;    // first child
    T* sibling_ = nullptr;  // next child of the same parent
    T* back_ = nullptr;     // previous sibling, or the parent of a first child
    bool queued_ = false;
};

// Not synchronised: the owner holds a lock.
template <class T>
class PairingHeap {
  public:
    bool empty() const { return !root_; }
    T* least() const { return root_; }

    void insert(T& e) {
        node(e).queued_ = true;
        root_ = meld(root_, &e);
    }

    // e must be in this heap.
    void remove(T& e) {
        T* children = meld_siblings(node(e).child_);
        if (&e == root_) {
            root_ = children;
        } else {
            cut(e);
            root_ = meld(root_, children);
        }
        node(e).child_ = node(e).sibling_ = node(e).back_ = nullptr;
        node(e).queued_ = false;
    }

  private:
    static HeapNode<T>& node(T& e) { return e; }

    static T* meld(T* a, T* b) {
        if (!a) return b;
        if (!b) return a;
        if (b->before(*a)) {
            T* t = a;
            a = b;
            b = t;
        }
        node(*b).back_ = a;  // b becomes a's first child
        node(*b).sibling_ = node(*a).child_;
        if (node(*a).child_) node(*node(*a).child_).back_ = b;
        node(*a).child_ = b;
        return a;
    }

    // Removes a node and its subtree from its list of siblings.
    static void cut(T& e) {
        T* back = node(e).back_;
        if (node(*back).child_ == &e)
            node(*back).child_ = node(e).sibling_;
        else
            node(*back).sibling_ = node(e).sibling_;
        if (node(e).sibling_) node(*node(e).sibling_).back_ = back;
    }

    // Melds siblings in pairs, then the pairs from last to first. This order gives the amortised bound.
    static T* meld_siblings(T* first) {
        T* pairs = nullptr;  // a stack, linked through sibling_
        while (first) {
            T* a = first;
            T* b = node(*a).sibling_;
            first = b ? node(*b).sibling_ : nullptr;
            detach(a);
            detach(b);
            T* pair = meld(a, b);
            node(*pair).sibling_ = pairs;
            pairs = pair;
        }
        T* all = nullptr;
        while (pairs) {
            T* next = node(*pairs).sibling_;
            detach(pairs);
            all = meld(all, pairs);
            pairs = next;
        }
        return all;
    }
    static void detach(T* e) {
        if (e) node(*e).sibling_ = node(*e).back_ = nullptr;
    }

    T* root_ = nullptr;
};
